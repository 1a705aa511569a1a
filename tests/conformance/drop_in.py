"""visavis.face_recognition beside the real face_recognition, by hand: equal boxes, encodings within 1e-4.

    python drop_in.py PYTHON PHOTO…   PYTHON is that of an environment with dlib-bin, face_recognition,
                                      face_recognition_models and "setuptools<81"; this one has Visavis
"""
import json
import subprocess
import sys

import numpy as np

WAYS = [("hog", 0), ("hog", 1), ("hog", 2), ("cnn", 0), ("cnn", 1)]
ALLOWED = 1e-4
MOST_PIXELS = 700_000  # of a picture that the real one's cnn looks at: it takes gigabytes


def numbers(module, paths):
    """A line for each picture: boxes by each way, encodings, landmarks."""
    for path in paths:
        pixels = module.load_image_file(path)
        boxes = {f"{model} {times}": module.face_locations(pixels, times, model) for model, times in WAYS
                 if model == "hog" or pixels.shape[0] * pixels.shape[1] * 4 ** times <= MOST_PIXELS}
        print(json.dumps({"boxes": boxes, "landmarks": module.face_landmarks(pixels, model="small"),
                          "encodings": [encoding.tolist() for encoding in module.face_encodings(pixels)],
                          "of_boxes": [encoding.tolist() for encoding in
                                       module.face_encodings(pixels, boxes["hog 0"])]}), flush=True)


def told(python, module, paths):
    done = subprocess.run([python, "-W", "ignore", __file__, "--numbers", module, *paths], stdout=subprocess.PIPE,
                          text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    if sys.argv[1:2] == ["--numbers"]:
        import importlib

        numbers(importlib.import_module(sys.argv[2]), sys.argv[3:])
        return 0
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    paths = sys.argv[2:]
    real = told(sys.argv[1], "face_recognition", paths)
    ours = told(sys.executable, "visavis.face_recognition", paths)
    faces = wrong = 0
    largest = of_distances = 0.0
    for path, expected, found in zip(paths, real, ours):
        for what in ("boxes", "landmarks"):
            for one in expected[what] if what == "boxes" else [None]:
                a, b = (each[what] if one is None else each[what][one] for each in (expected, found))
                if a != b:
                    print(f"{path}: {what} {one or ''} {a} is {b}")
                    wrong += 1
        for what in ("encodings", "of_boxes"):
            a, b = np.array(expected[what]), np.array(found[what])
            faces += len(a)
            if a.shape != b.shape:
                print(f"{path}: {len(a)} {what} are {len(b)}")
                wrong += 1
            elif len(a):
                largest = max(largest, float(np.abs(a - b).max()))
    all_real, all_ours = (np.array([e for each in side for e in each["encodings"]]) for side in (real, ours))
    if all_real.shape == all_ours.shape and len(all_real):
        a, b = (np.linalg.norm(side[:, None] - side[None], axis=2) for side in (all_real, all_ours))
        of_distances = float(np.abs(a - b).max())
    print(f"{len(paths)} pictures, {faces} encodings: at most {largest:.1e} apart, distances {of_distances:.1e}; "
          f"{wrong} differences of boxes and landmarks")
    return int(wrong > 0 or largest > ALLOWED or of_distances > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
