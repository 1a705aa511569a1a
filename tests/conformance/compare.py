"""Runs plain dlib and the SDK on the same photographs and compares every number they give.

Same boxes and landmarks to the pixel, scores within 1e-4 (hog) or 1e-3 (cnn), embeddings within 1e-5 per component:
with the preferred backend on all photographs, with the others on those the cnn looks at. With --few, of the photographs
above 13 megapixels on the smallest alone, and with the backend dlib on the two smallest the cnn looks at.
Ends with 77 (skipped) when the models or photographs are not there.
"""
import argparse
import json
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

SCORE = {"hog": 1e-4, "cnn": 1e-3}
EMBEDDING = 1e-5
# dlib's MMOD takes seconds for a megapixel: the smallest photographs with a face, two of any size and more below this.
CNN_PIXELS, CNN_PHOTOS = 450_000, 6
LARGE = 13_000_000  # plain dlib takes seconds for each of them
BACKENDS = {"auto": 0, "dlib": 1, "onednn": 2, "opencv": 3}  # as vav_backend numbers them


def run(program, *arguments):
    result = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"{program} ended with {result.returncode}: {result.stderr}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def largest(pairs):
    return max((abs(a - b) for a, b in pairs), default=0.0)


def differences(detector, reference, sdk):
    """What differs between the two answers for one photo, in words, and the largest differences seen."""
    wrong, score, embedding = [], 0.0, 0.0
    for key in ("width", "height"):
        if reference[key] != sdk[key]:
            wrong.append(f"{key} {reference[key]} and {sdk[key]}")
    if len(reference["faces"]) != len(sdk["faces"]):
        wrong.append(f"{len(reference['faces'])} and {len(sdk['faces'])} faces")
    for i, (a, b) in enumerate(zip(reference["faces"], sdk["faces"])):
        for key in ("box", "landmarks"):
            if a[key] != b[key]:
                wrong.append(f"face {i}: {key} {a[key]} and {b[key]}")
        score = max(score, abs(a["score"] - b["score"]))
        embedding = max(embedding, largest(zip(a["embedding"], b["embedding"], strict=True)))
    if score > SCORE[detector]:
        wrong.append(f"scores differ by {score:.1e}")
    if embedding > EMBEDDING:
        wrong.append(f"embeddings differ by {embedding:.1e}")
    return wrong, score, embedding


def compare(args, detector, photos, backends=("auto",)):
    """Prints what differs; gives the reference's answers and the count of answers that differ."""
    paths = [str(photo) for photo in photos]
    with ThreadPoolExecutor(2) as pool:
        reference = pool.submit(run, args.reference, detector, args.models, *paths)
        sdk = [pool.submit(run, args.sdk, detector, str(BACKENDS[name]), args.models, *paths) for name in backends]
        failed = sum(report(f"{detector}, {name}", photos, reference.result(), answer.result())
                     for name, answer in zip(backends, sdk, strict=True))
    return reference.result(), failed


def report(what, photos, reference, sdk):
    detector = what.split(",")[0]
    failed, worst_score, worst_embedding = 0, 0.0, 0.0
    for photo, a, b in zip(photos, reference, sdk, strict=True):
        wrong, score, embedding = differences(detector, a, b)
        worst_score, worst_embedding = max(worst_score, score), max(worst_embedding, embedding)
        if wrong:
            failed += 1
            print(f"{what} {photo.name}: dlib and SDK: " + "; ".join(wrong))
    faces = sum(len(answer["faces"]) for answer in reference)
    print(f"{what}: {len(photos)} photographs, {faces} faces, {failed} photographs differ; largest difference of a "
          f"score {worst_score:.1e}, of an embedding's component {worst_embedding:.1e}")
    if faces == 0:
        raise SystemExit(f"{what}: no face at all was found, so nothing was compared")
    return failed


def pixels(path):
    """Width times height, which a JPEG tells at its first frame marker."""
    data, at = path.read_bytes(), 2
    while data[at] == 0xFF and not (0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC)):
        at += 2 + int.from_bytes(data[at + 2:at + 4], "big")
    return int.from_bytes(data[at + 5:at + 7], "big") * int.from_bytes(data[at + 7:at + 9], "big")


def without_large_ones(photos):
    large = sorted((photo for photo in photos if pixels(photo) > LARGE), key=pixels)
    return [photo for photo in photos if photo not in large[1:]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--sdk", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    photos = [path for folder in args.folders for path in sorted(folder.glob("*.jpg"))]
    for folder in args.folders:
        if not folder.is_dir():
            print(f"left out: {folder} is not here; tests/README.md says where to get its photographs")
    if not pathlib.Path(args.models).is_dir() or not photos:
        print(f"skipped: no models in {args.models} or no photographs in {[str(f) for f in args.folders]}")
        return 77
    if args.few:
        photos = without_large_ones(photos)
    answers, failed = compare(args, "hog", photos)
    by_size = sorted((answer["width"] * answer["height"], photo)
                     for photo, answer in zip(photos, answers, strict=True) if answer["faces"])
    small = [photo for i, (pixels, photo) in enumerate(by_size) if i < 2 or (i < CNN_PHOTOS and pixels <= CNN_PIXELS)]
    backends = run(args.sdk)[0]["backends"]
    failed += compare(args, "cnn", small, [name for name in backends if name != "dlib" or not args.few])[1]
    if args.few and "dlib" in backends:
        failed += compare(args, "cnn", small[:2], ["dlib"])[1]
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
