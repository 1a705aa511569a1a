"""Measures what spoils embeddings: how often strangers come out alike when their pictures are turned, cut, small, dark …

    python tests/accuracy/comparability.py FOLDER [--people 250] [--conditions turned cut]

FOLDER: pictures named Some_Name_0001.jpg, one face each; the first of each person is taken. Needs the package visavis,
numpy and Pillow. For each condition it prints the share of faces that are still comparable, and the share of pairs of
strangers within 0.6 among those. sdk/docs/accuracy.md holds the table and says what the limits are.
"""
import argparse
import collections
import io
import pathlib
import random

import numpy as np
from PIL import Image, ImageFilter

import visavis

THRESHOLD = 0.6
HOG, LARGER = visavis.Engine(), visavis.Engine(min_face=40)
CNN = visavis.Engine("cnn", min_face=40)


def wrapped(picture):
    return visavis.Image.from_array(np.ascontiguousarray(np.asarray(picture.convert("RGB"))), "rgb")


def box_of(picture):
    """Of the largest face, as an ordinary program finds it."""
    image = wrapped(picture)
    return next((visavis.faces.largest(faces).box for faces in (e.detect(image) for e in (HOG, LARGER)) if faces), None)


def jpeg(picture, quality):
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=quality)
    return Image.open(coded).convert("RGB")


def scaled(picture, box, factor):
    size = [max(1, round(side * factor)) for side in picture.size]
    return picture.resize(size, Image.LANCZOS), [round(side * factor) for side in box]


def turned(picture, box, degrees):
    """The CNN finds the face: dlib's HOG knows upright ones only."""
    picture = picture.rotate(degrees, expand=True, resample=Image.BICUBIC)
    face = visavis.faces.largest(CNN.detect(wrapped(picture)))
    return picture, face and face.box


def cut(picture, box, share, side):
    if side == "left":
        begin = box.left + round(box.width * share)
        return picture.crop((begin, 0, *picture.size)), [box.left - begin, box.top, box.right - begin, box.bottom]
    return picture.crop((0, 0, picture.width, box.bottom - round(box.height * share))), box


def light(picture, box, factor):
    return picture.point(lambda value: min(255, round(value * factor))), box


def flat(picture, box, factor):
    return picture.point(lambda value: round(115 + (value - 115) * factor)), box


CONDITIONS = {"as it is": lambda p, b: (p, b)}
for angle in (15, 30, 45, 60, 75, 90, 120, 150, 180, 225, 270, 300):
    CONDITIONS[f"turned by {angle}°, cnn"] = lambda p, b, a=angle: turned(p, b, a)
for share in (20, 30, 40, 50):
    for side in ("left", "bottom"):
        CONDITIONS[f"{share} % cut off, {side}"] = lambda p, b, s=share / 100, side=side: cut(p, b, s, side)
for px in (10, 12, 14, 17, 20, 24, 30, 40, 60):
    CONDITIONS[f"{px} px"] = lambda p, b, px=px: scaled(p, b, px / b.width)
for share in (2, 3, 4, 6):
    CONDITIONS[f"blurred, sigma {share} % of the face"] = lambda p, b, s=share / 100: (
        p.filter(ImageFilter.GaussianBlur(s * b.width)), b)
for quality in (1, 3, 5, 10, 20):
    CONDITIONS[f"JPEG quality {quality}"] = lambda p, b, q=quality: (jpeg(p, q), b)
for quality in (1, 5, 10, 20):
    def small_jpeg(p, b, q=quality):
        p, b = scaled(p, b, 100 / b.width)
        return jpeg(p, q), b
    CONDITIONS[f"JPEG quality {quality}, 100 px"] = small_jpeg
for percent in (3, 6, 12, 20, 30, 300, 600):
    CONDITIONS[f"brightness {percent} %"] = lambda p, b, f=percent / 100: light(p, b, f)
for percent in (10, 20):
    CONDITIONS[f"contrast {percent} %"] = lambda p, b, f=percent / 100: flat(p, b, f)


def alike(embeddings):
    """The share of pairs within the threshold; None with too few of them to tell."""
    if len(embeddings) < 5:
        return None
    e = np.array(embeddings, float)
    squares = (e ** 2).sum(1)
    distances = np.sqrt(np.maximum(0, squares[:, None] + squares[None] - 2 * e @ e.T))
    return float((distances[np.triu_indices(len(e), 1)] <= THRESHOLD).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=250)
    parser.add_argument("--conditions", nargs="*", default=[""], help="words of their names; all when left out")
    options = parser.parse_args()
    first = sorted(options.folder.glob("*_0001.*"))
    random.Random(7).shuffle(first)
    faces = []
    for path in first[:options.people]:
        picture = Image.open(path).convert("RGB")
        box = box_of(picture)
        if box:
            faces.append((picture, box))
    print(f"{'condition':36} found comparable alike within {THRESHOLD}   reasons")
    for name, spoil in CONDITIONS.items():
        if not any(word in name for word in options.conditions):
            continue
        kept, reasons, found = [], collections.Counter(), 0
        for picture, box in faces:
            spoilt, where = spoil(picture, box)
            if where is None:
                continue
            found += 1
            face = HOG.analyze_boxes(wrapped(spoilt), [where])[0]
            kept.append(face.embedding) if face.comparable else reasons.update([face.not_comparable_reason])
        rate = alike(kept := [e for e in kept if e is not None])
        share = 100 * len(kept) / found if found else 0
        print(f"{name:36} {found:5} {share:8.1f} % {'-' if rate is None else f'{100 * rate:.1f} %':>10}           "
              f"{dict(reasons)}", flush=True)


if __name__ == "__main__":
    main()
