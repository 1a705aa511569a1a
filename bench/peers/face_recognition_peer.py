"""face_recognition from a photo to embeddings, looking for faces of the size the others look for.

face_recognition_peer.py faces PHOTO (serves turns) | first PHOTO (one embedding, then ends)
"""
import json
import sys

import dlib
import face_recognition


def embeddings(path):
    photo = face_recognition.load_image_file(path)
    # Its default enlarges the photo twice first, which is four times the work of all others here.
    boxes = face_recognition.face_locations(photo, number_of_times_to_upsample=0)
    return face_recognition.face_encodings(photo, boxes, model="small")


def main():
    what, path = sys.argv[1:]
    if what == "first":
        print(json.dumps(embeddings(path)[0].tolist()))
        return
    import worker

    def once():
        found = embeddings(path)
        return {"faces": len(found), "embedding": found[0].tolist()}
    has = {True: "with", False: "without"}
    built = f"{has[dlib.DLIB_USE_BLAS]} BLAS, {has[dlib.USE_AVX_INSTRUCTIONS]} AVX"
    version = f"face_recognition {face_recognition.__version__} on dlib {dlib.__version__} ({built})"
    worker.serve({"version": version}, once)


if __name__ == "__main__":
    main()
