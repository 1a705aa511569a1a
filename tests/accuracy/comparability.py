"""Measures what spoils embeddings: how often strangers come out alike when pictures are turned, cut, small, noisy …

    python tests/accuracy/comparability.py FOLDER [--people 250] [--conditions turned cut] [--model-set opencv-zoo]

FOLDER: pictures named Some_Name_0001.jpg, one face each; the first of each person is taken. Needs the package visavis,
numpy and Pillow. For each condition it prints the share of pairs of strangers within the set's threshold among all
faces that were found, the share of faces that are comparable, and the share of pairs within the threshold and within a
stricter one among those. sdk/docs/accuracy.md holds the tables and says what the limits are.
"""
import argparse
import collections
import io
import pathlib
import random

import numpy as np
from PIL import Image, ImageFilter, ImageOps

import visavis

RANDOM = np.random.default_rng(7)


class Bench:
    """What a set of models looks with, and the distances within which its strangers are called alike."""

    def __init__(self, name):
        models = visavis.Models(set=name)
        turned, self.thresholds = {"dlib": ("cnn", (0.6, 0.46)), "opencv-zoo": ("yunet", (1.1287, 1.046))}[name]
        self.usual, self.larger = visavis.Engine(models=models), visavis.Engine(models=models, min_face=40)
        self.turned = visavis.Engine(turned, models=models, min_face=40)


BENCH = None  # the set that is measured; main() chooses it


def wrapped(picture):
    return visavis.Image.from_array(np.ascontiguousarray(np.asarray(picture.convert("RGB"))), "rgb")


def box_of(picture):
    """Of the largest face, as an ordinary program finds it."""
    image = wrapped(picture)
    found = (engine.detect(image) for engine in (BENCH.usual, BENCH.larger))
    return next((visavis.faces.largest(faces).box for faces in found if faces), None)


def jpeg(picture, quality):
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=quality)
    return Image.open(coded).convert("RGB")


def scaled(picture, box, factor):
    size = [max(1, round(side * factor)) for side in picture.size]
    return picture.resize(size, Image.LANCZOS), [round(side * factor) for side in box]


def turned(picture, box, degrees):
    """dlib's HOG knows upright faces only; its CNN finds turned ones too."""
    picture = picture.rotate(degrees, expand=True, resample=Image.BICUBIC)
    face = visavis.faces.largest(BENCH.turned.detect(wrapped(picture)))
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


def filled(values):
    return Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8)).convert("RGB")


def noise(picture, sigma):
    """The same on all channels, as a grey camera has it."""
    values = np.asarray(picture, float)
    return filled(values + RANDOM.normal(0, sigma, values.shape[:2])[..., None])


def photons(picture, white):
    """Shot noise: what is white gave so many photons."""
    return filled(RANDOM.poisson(np.asarray(picture.convert("L"), float) / 255 * white) * 255 / white)


def specks(picture, share):
    values, chance = np.array(picture), RANDOM.random((picture.height, picture.width))
    values[chance < share / 2], values[chance > 1 - share / 2] = 0, 255
    return Image.fromarray(values)


def dots(picture):
    return picture.convert("1").convert("RGB")


def moved(picture, length, right, down):
    """Blurred along a line, as by a camera that moves."""
    steps = max(1, round(length / np.hypot(right, down)))
    values = np.pad(np.asarray(picture, float), ((steps, steps), (steps, steps), (0, 0)), "edge")
    total = sum(np.roll(values, ((i - steps // 2) * down, (i - steps // 2) * right), (0, 1)) for i in range(steps))
    return filled(total[steps:-steps, steps:-steps] / steps)


def mosaic(picture, box, across):
    """So many squares across the box, each of a whole number of pixels."""
    side = max(2, round(box.width / across))
    small = picture.resize([max(1, round(size / side)) for size in picture.size], Image.BOX)
    return small.resize([size * side for size in small.size], Image.NEAREST).crop((0, 0, *picture.size)), box


def there_and_back(picture, box, px, spoil):
    """Spoilt while its face is so wide, then enlarged again."""
    small, _ = scaled(picture, box, px / box.width)
    return spoil(small).resize(picture.size, Image.BICUBIC), box


def at_size(picture, box, px, spoil):
    small, where = scaled(picture, box, px / box.width)
    return spoil(small), where


def squeezed(picture, box, width):
    picture = picture.resize((round(picture.width * width), picture.height), Image.LANCZOS)
    middle, half = (box.left + box.right) / 2 * width, box.width * width ** 0.5 / 2
    centre = (box.top + box.bottom) / 2
    return picture, [round(side) for side in (middle - half, centre - half, middle + half, centre + half)]


def lined(picture, step, wide, value):
    """Rows of one brightness: so many of each so many."""
    values = np.array(picture)
    for row in range(wide):
        values[row::step] = value
    return Image.fromarray(values)


def fields(picture, px):
    """Every second row is of a moment when the face was elsewhere."""
    values = np.array(picture)
    values[::2] = np.roll(values, px, 1)[::2]
    return Image.fromarray(values)


def lens(picture, strength):
    """Seen through a lens that makes the middle larger (above 0) or the edges (below 0), the face in the middle."""
    values = np.asarray(picture, float)
    height, width = values.shape[:2]
    y, x = np.mgrid[:height, :width]
    right, down = (x - width / 2) / (width / 2), (y - height / 2) / (height / 2)
    grown = 1 + strength * (right ** 2 + down ** 2)
    x = np.clip(right * grown * width / 2 + width / 2, 0, width - 1.01)
    y = np.clip(down * grown * height / 2 + height / 2, 0, height - 1.01)
    left, top = x.astype(int), y.astype(int)
    share, below = (x - left)[..., None], (y - top)[..., None]
    upper = values[top, left] * (1 - share) + values[top, left + 1] * share
    lower = values[top + 1, left] * (1 - share) + values[top + 1, left + 1] * share
    return filled(upper * (1 - below) + lower * below)


CONDITIONS = {"as it is": lambda p, b: (p, b)}
for angle in (15, 30, 45, 60, 75, 90, 120, 150, 180, 225, 270, 300):
    CONDITIONS[f"turned by {angle}°"] = lambda p, b, a=angle: turned(p, b, a)
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
for px, sigmas in ((30, (5, 10, 15)), (40, (5, 8, 12, 15, 25)), (60, (5, 8, 12, 20)), (100, (8, 12, 20, 35)),
                   (250, (15, 25, 35, 50, 90))):
    for sigma in sigmas:
        CONDITIONS[f"noise {sigma}, {px} px"] = lambda p, b, px=px, s=sigma: at_size(p, b, px, lambda q: noise(q, s))
CONDITIONS["noise 20, 50 px, enlarged"] = lambda p, b: there_and_back(p, b, 50, lambda q: noise(q, 20))
CONDITIONS["noise 60, blurred by 2 px"] = lambda p, b: (noise(p, 60).filter(ImageFilter.GaussianBlur(2)), b)
CONDITIONS["blurred by 8 px, noise 10"] = lambda p, b: (noise(p.filter(ImageFilter.GaussianBlur(8)), 10), b)
for white in (100, 50, 20, 10, 3):
    CONDITIONS[f"{white} photons"] = lambda p, b, w=white: (photons(p, w), b)
for percent in (2, 5, 10, 30):
    CONDITIONS[f"{percent} % specks"] = lambda p, b, s=percent / 100: (specks(p, s), b)
CONDITIONS["dots"] = lambda p, b: (dots(p), b)
for px in (100, 125, 200):
    CONDITIONS[f"dots, {px} px, enlarged"] = lambda p, b, px=px: there_and_back(p, b, px, dots)
for bits in (1, 2, 3, 4):
    CONDITIONS[f"{2 ** bits} shades"] = lambda p, b, bits=bits: (ImageOps.posterize(p, bits), b)
for across in (12, 16, 20, 25, 35):
    CONDITIONS[f"mosaic of {across} squares"] = lambda p, b, n=across: mosaic(p, b, n)
for share in (5, 8, 10, 12, 18):
    for name, right, down in (("across", 1, 0), ("down", 0, 1), ("aslant", 1, 1)):
        CONDITIONS[f"moved by {share} % {name}"] = lambda p, b, s=share / 100, r=right, d=down: (
            moved(p, s * b.width, r, d), b)
for quality in (2, 4, 6, 10, 20):
    CONDITIONS[f"JPEG quality {quality}, 100 px, enlarged"] = lambda p, b, q=quality: there_and_back(
        p, b, 100, lambda small: jpeg(small, q))
for percent in (60, 70, 80, 90, 125, 150):
    CONDITIONS[f"squeezed to {percent} % of the width"] = lambda p, b, w=percent / 100: squeezed(p, b, w)
for step, wide, value in ((2, 1, 0), (4, 2, 0), (8, 3, 255), (20, 8, 0)):
    CONDITIONS[f"{wide} of {step} rows are {value}"] = lambda p, b, s=step, w=wide, v=value: (lined(p, s, w, v), b)
for px in (8, 20):
    CONDITIONS[f"fields apart by {px} px"] = lambda p, b, px=px: (fields(p, px), b)
for strength in (0.3, 0.6, 1.2, -0.2):
    CONDITIONS[f"lens {strength}"] = lambda p, b, s=strength: (lens(p, s), b)
CONDITIONS["negative"] = lambda p, b: (ImageOps.invert(p), b)


def alike(embeddings, threshold):
    """The share of pairs within the threshold; None with too few of them to tell."""
    if len(embeddings) < 5:
        return None
    e = np.array(embeddings, float)
    squares = (e ** 2).sum(1)
    distances = np.sqrt(np.maximum(0, squares[:, None] + squares[None] - 2 * e @ e.T))
    return float((distances[np.triu_indices(len(e), 1)] <= threshold).mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=250)
    parser.add_argument("--conditions", nargs="*", default=[""], help="words of their names; all when left out")
    parser.add_argument("--model-set", choices=("dlib", "opencv-zoo"), default="dlib")
    options = parser.parse_args()
    global BENCH
    BENCH = Bench(options.model_set)
    within, strict = BENCH.thresholds
    first = sorted(options.folder.glob("*_0001.*"))
    random.Random(7).shuffle(first)
    faces = []
    for path in first[:options.people]:
        picture = Image.open(path).convert("RGB")
        box = box_of(picture)
        if box:
            faces.append((picture, box))
    print(f"{'condition':38} {'found':>5} {'alike':>8} {'comparable':>11} {'alike':>8} {f'at {strict}':>8}  reasons")
    for name, spoil in CONDITIONS.items():
        if not any(word in name for word in options.conditions):
            continue
        chips, kept, reasons = [], [], collections.Counter()
        for picture, box in faces:
            spoilt, where = spoil(picture, box)
            if where is None:
                continue
            face = BENCH.usual.analyze_boxes(wrapped(spoilt), [where], chips=True, embeddings=False)[0]
            chips.append(face.chip)
            kept.append(face.comparable)
            if not face.comparable:
                reasons.update([face.not_comparable_reason])
        embeddings = BENCH.usual.embed_chips(np.array(chips)) if chips else np.empty((0, 128))
        rest = embeddings[np.array(kept, bool)]
        rates = (alike(embeddings, within), alike(rest, within), alike(rest, strict))
        all_of, of_rest, strictly = ("-" if rate is None else f"{100 * rate:.2f} %" for rate in rates)
        share = 100 * len(rest) / len(chips) if chips else 0
        print(f"{name:38} {len(chips):5} {all_of:>8} {share:9.1f} % {of_rest:>8} {strictly:>8}  {dict(reasons)}",
              flush=True)


if __name__ == "__main__":
    main()
