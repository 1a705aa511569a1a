"""Runs YuNet and SFace in OpenCV's FaceDetectorYN and FaceRecognizerSF and in the SDK, on the same pixels.

Each face of each photograph: boxes with an IoU of at least 0.99, scores within 1e-3, points within a hundredth of the
face's width; embeddings of the same chip with a cosine of at least 0.9999. Weights in fewer bits are written out as
floats for OpenCV first.
Ends with 77 (skipped) when onnx, onnxruntime, Pillow or an OpenCV that has these classes are not there.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
try:
    import cv2
    import numpy as np
    import onnx_compare
    cv2.FaceDetectorYN, cv2.FaceRecognizerSF  # older versions lack them
except (ImportError, AttributeError) as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

YUNET, SFACE = "face_detection_yunet_2023mar_int8bq.onnx", "face_recognition_sface_2021dec_int8bq.onnx"
EVERY = 3      # photograph, for the time it takes
LONGEST = 640  # px of a side: larger photographs are made smaller
THRESHOLD, OVERLAP, SCORE, POINT, COSINE = 0.7, 0.99, 1e-3, 0.01, 0.9999
UNSURE = 2e-3  # of the threshold: one may see the face and the other not


def sdk(args, *arguments, pixels):
    done = subprocess.run([args.sdk, *map(str, arguments)], input=np.ascontiguousarray(pixels).tobytes(),
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr.decode())
    return [np.array(line.split(), np.float64) for line in done.stdout.decode().splitlines()]


def overlap(a, b):
    left, top = max(a[0], b[0]), max(a[1], b[1])
    both = max(0, min(a[0] + a[2], b[0] + b[2]) - left) * max(0, min(a[1] + a[3], b[1] + b[3]) - top)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def differences(ours, theirs):
    """What is wrong between faces as rows of box, score, points; and the worst of each measure."""
    wrong, worst = [], [1.0, 0.0, 0.0]
    for face in theirs:
        near = max(ours, key=lambda one: overlap(one, face), default=None)
        if near is None or overlap(near, face) < 0.5:
            if face[4] > THRESHOLD + UNSURE:
                wrong.append(f"a face of score {face[4]:.4f} is not seen")
            continue
        measures = (overlap(near, face), abs(near[4] - face[4]), float(np.abs(near[5:] - face[5:]).max()) / face[2])
        worst = [min(worst[0], measures[0]), max(worst[1], measures[1]), max(worst[2], measures[2])]
        if measures[0] < OVERLAP or measures[1] > SCORE or measures[2] > POINT:
            wrong.append("IoU {:.4f}, score {:.1e}, points {:.1e} apart".format(*measures))
    sure = [face for face in ours if face[4] > THRESHOLD + UNSURE]
    if len(sure) > len(theirs):
        wrong.append(f"{len(sure)} faces instead of {len(theirs)}")
    return wrong, worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdk", required=True, help="the program zoo_numbers")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("photos", type=pathlib.Path, nargs="+", help="folders")
    args = parser.parse_args()
    photos = sorted(p for folder in args.photos if folder.is_dir() for p in folder.iterdir()
                    if p.suffix.lower() in (".jpg", ".png"))[::EVERY]
    if not photos or not all((args.models / name).exists() for name in (YUNET, SFACE)):
        print("skipped: no photographs, or no models of opencv-zoo (visavis models fetch --set opencv-zoo)")
        sys.exit(77)
    failures, faces, worst, cosine = 0, 0, [1.0, 0.0, 0.0], 1.0
    with tempfile.TemporaryDirectory() as folder:
        yunet, sface = pathlib.Path(folder) / "yunet.onnx", pathlib.Path(folder) / "sface.onnx"
        sface.write_bytes(onnx_compare.with_floats(args.models / SFACE, 112, 112))
        recognizer = cv2.FaceRecognizerSF.create(str(sface), "")
        for photo in photos:
            picture = cv2.imread(str(photo))
            if picture is None:
                continue
            scale = min(1, LONGEST / max(picture.shape[:2]))
            # In whole steps of the network, so that nobody has to add a border.
            height, width = (max(32, int(side * scale) // 32 * 32) for side in picture.shape[:2])
            picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
            yunet.write_bytes(onnx_compare.with_floats(args.models / YUNET, height, width))
            detector = cv2.FaceDetectorYN.create(str(yunet), "", (width, height), THRESHOLD, 0.3, 5000)
            found = detector.detect(picture)[1]
            rows = np.zeros((0, 15)) if found is None else found.astype(np.float64)
            theirs = np.hstack([rows[:, :4], rows[:, 14:], rows[:, 4:14]])
            ours = sdk(args, "look", args.models / YUNET, width, height, pixels=picture[:, :, ::-1])
            wrong, measures = differences(ours, theirs)
            worst = [min(worst[0], measures[0]), max(worst[1], measures[1]), max(worst[2], measures[2])]
            faces += len(theirs)
            for row in rows[:3]:
                chip = recognizer.alignCrop(picture, row.astype(np.float32))
                a = recognizer.feature(chip).ravel().astype(np.float64)
                [b] = sdk(args, "embed", args.models / SFACE, pixels=chip[:, :, ::-1])
                like = float(a @ b / np.sqrt((a @ a) * (b @ b)))
                cosine = min(cosine, like)
                if not like >= COSINE:
                    wrong.append(f"embeddings of the same chip with a cosine of {like:.6f}")
            for one in wrong:
                print(f"{photo.name}: {one}")
            failures += len(wrong)
    print(f"OpenCV {cv2.__version__}, {len(photos)} photographs, {faces} faces: IoU at least {worst[0]:.5f}, scores at "
          f"most {worst[1]:.1e} apart, points {worst[2]:.1e} of the face; cosine of embeddings at least {cosine:.7f}")
    sys.exit(1 if failures or not faces else 0)


if __name__ == "__main__":
    main()
