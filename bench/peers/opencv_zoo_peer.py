"""OpenCV's own pair of models: opencv_zoo_peer.py detect|faces THREADS YUNET.onnx SFACE.onnx PHOTO.

`detect` is from a picture in memory to boxes, `faces` from the file to the embeddings of all faces.
"""
import sys

import cv2

import worker


def main():
    what, threads, yunet, sface, photo = sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]
    cv2.setNumThreads(threads)
    detector = cv2.FaceDetectorYN.create(yunet, "", (320, 320), 0.7, 0.3, 5000)
    recognizer = cv2.FaceRecognizerSF.create(sface, "") if what == "faces" else None
    picture = cv2.imread(photo)

    def boxes(image):
        detector.setInputSize(image.shape[1::-1])
        found = detector.detect(image)[1]
        return [] if found is None else found

    def faces():
        image = cv2.imread(photo)
        embeddings = [recognizer.feature(recognizer.alignCrop(image, face)) for face in boxes(image)]
        return {"faces": len(embeddings)}

    once = faces if what == "faces" else lambda: {"faces": len(boxes(picture))}
    worker.serve({"version": f"OpenCV {cv2.__version__}"}, once)


if __name__ == "__main__":
    main()
