"""Fits what a recipe knows of people in general: the mean of embeddings, and how near strangers are to an embedding.

    fit.py RECIPE --images DIR [--keep FILE]     RECIPE: dlib-1 or sface-1

DIR holds photos named like Some_Name_0001.jpg, one face each. An embedding is the mean of those of a chip and of the
mirrored chip, less the mean of all, scaled to one norm. Its density is the mean cosine to its nearest strangers, 0.75 %
of all faces: as a function of the embedding that is very nearly a quadratic form of its first 24 principal directions,
which is fitted by a ridge regression. models/recipes/RECIPE.txt gets aggregates of all persons alone, one number a
line: the length, the number of directions, the mean, the directions, the weights (1, the directions, their products).

What that gains is measured on people whom it was not fitted on: one half of the persons fits, the other is measured,
and the other way round. For the table of error rates, models/calibration/RECIPE.json, each pair of photos is measured
with a fit of persons among whom neither is: `visavis calibrate` would measure it with the persons of the fit. --keep
stores the embeddings for the next run.
"""
import argparse
import itertools
import json
import pathlib

import numpy as np

DIRECTIONS, NEAREST, RIDGE = 24, 0.0075, 3.0
# The set of the plain models, and the norm of embeddings, as in sdk/src/types/recipe.h: squared distances are
# 2 norm^2 (1 - score).
RECIPES = {"dlib-1": ("dlib", 0.5 ** 0.5), "sface-1": ("opencv-zoo", 0.75)}
ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDS, LEAST_FALSE_MATCHES, RESAMPLES = 8, 10, 200


def embeddings(recipe, images):
    """Of each photo with a comparable face: its person, and the embeddings of its chip, plain and mirrored."""
    import visavis
    models = visavis.Models(set=RECIPES[recipe][0])
    engine = visavis.Engine(visavis.Models(set=recipe).detectors[0], models=models)
    persons, chips = [], []
    for path in sorted(images.iterdir()):
        face = visavis.largest(engine.analyze(path, chips=True))
        if face is not None and face.comparable:
            persons.append(path.stem.rsplit("_", 1)[0])
            chips.append(face.chip)
    return np.array(persons), *(np.concatenate([engine.embed_chips(np.array(part)) for part in
                                                np.array_split(many, len(many) // 64 + 1)])
                                for many in (chips, [chip[:, ::-1] for chip in chips]))


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def features(coordinates):
    upper = np.triu_indices(coordinates.shape[1])
    return np.hstack([np.ones((len(coordinates), 1)), coordinates,
                      (coordinates[:, :, None] * coordinates[:, None, :])[:, upper[0], upper[1]]])


class Fit:
    def __init__(self, vectors, persons):
        self.mean = vectors.mean(0)
        unit_vectors = unit(vectors - self.mean)
        cosines = unit_vectors @ unit_vectors.T
        cosines[persons[:, None] == persons[None]] = -9
        density = np.sort(cosines, axis=1)[:, -round(NEAREST * len(vectors)):].mean(1)
        self.directions = np.linalg.svd(unit_vectors - unit_vectors.mean(0), full_matrices=False)[2][:DIRECTIONS]
        columns = features(unit_vectors @ self.directions.T)
        middle, spread = columns.mean(0), columns.std(0)
        middle[0], spread[0] = 0, 1
        scaled = (columns - middle) / spread
        weights = np.linalg.solve(scaled.T @ scaled + RIDGE * np.eye(scaled.shape[1]), scaled.T @ density) / spread
        weights[0] -= weights @ middle
        self.weights = weights

    def scores(self, vectors):
        unit_vectors = unit(vectors - self.mean)
        density = features(unit_vectors @ self.directions.T) @ self.weights
        return unit_vectors @ unit_vectors.T - (density[:, None] + density[None]) / 2

    def numbers(self):
        return np.concatenate([[self.mean.size, DIRECTIONS], self.mean, self.directions.ravel(), self.weights])


def misses(parts):
    """FNMR at FMR 1e-2 … 1e-5 of pairs of (scores, persons)."""
    genuine, impostor = [], []
    for scores, persons in parts:
        upper = np.triu_indices(len(persons), 1)
        same = (persons[:, None] == persons[None])[upper]
        genuine.append(scores[upper][same])
        impostor.append(scores[upper][~same])
    genuine, impostor = np.concatenate(genuine), np.sort(np.concatenate(impostor))[::-1]
    return [float((genuine <= impostor[int(fmr * len(impostor))]).mean()) for fmr in (1e-2, 1e-3, 1e-4, 1e-5)]


def euclidean(vectors):
    squares = (vectors ** 2).sum(1)
    return 2 * vectors @ vectors.T - squares[:, None] - squares[None]


def crossed(vectors, persons):
    """The scores of all pairs, each as it is where neither person was among those of the fit."""
    fold = np.random.RandomState(2).permutation(persons.max() + 1)[persons] % FOLDS
    scores = np.empty((len(persons), len(persons)))
    for one, other in itertools.combinations_with_replacement(range(FOLDS), 2):
        chosen = (fold != one) & (fold != other)
        pairs = np.ix_(fold == one, fold == other)
        scores[pairs] = Fit(vectors[chosen], persons[chosen]).scores(vectors)[pairs]
        scores.T[pairs] = scores[pairs]
    return scores


class Pairs:
    """All pairs, with their distances."""

    def __init__(self, scores, persons, norm):
        upper = np.triu_indices(len(persons), 1)
        self.a, self.b = persons[upper[0]], persons[upper[1]]
        self.distances = np.sqrt(np.maximum(2 * norm ** 2 * (1 - scores[upper]), 0))
        self.same = self.a == self.b
        self.faces = np.bincount(persons)

    def rates(self, thresholds, weights):
        """FMR and FNMR at each, and the false matches, if each person is there as often as `weights` says."""
        faces = weights * self.faces
        impostors = (faces.sum() ** 2 - (faces ** 2).sum()) / 2
        genuine = (weights * self.faces * (self.faces - 1) / 2).sum()
        far = np.searchsorted(-thresholds, -self.distances, side="right")  # within the first `far` of them
        counts = []
        for chosen, weight in ((~self.same, weights[self.a] * weights[self.b]), (self.same, weights[self.a])):
            found = np.bincount(far[chosen], weights=weight[chosen], minlength=len(thresholds) + 1)
            counts.append(found[::-1].cumsum()[::-1][1:])
        return counts[0] / impostors, 1 - counts[1] / genuine, counts[0]


def table(recipe, pairs, pictures):
    """As `visavis calibrate -o` makes it."""
    asked = 10.0 ** (-np.arange(4, 37) / 4)
    impostor = np.sort(pairs.distances[~pairs.same])
    thresholds = np.array([np.nextafter(np.float32(impostor[int(rate * len(impostor))]), np.float32(0))
                           for rate in asked])
    persons = len(pairs.faces)
    random = np.random.RandomState(1)
    fmr, fnmr, matches = pairs.rates(thresholds, np.ones(persons))
    samples = [pairs.rates(thresholds, np.bincount(random.randint(0, persons, persons), minlength=persons))[:2]
               for _ in range(RESAMPLES)]
    bounds = np.percentile(np.array(samples), [2.5, 97.5], axis=0)
    rows = []
    for i, rate in enumerate(asked):
        if matches[i] < LEAST_FALSE_MATCHES:
            break
        rows.append({"threshold": float(thresholds[i]), "false_matches": int(matches[i]),
                     **{name: {"value": float(value[i]), "low": float(bounds[0, k, i]), "high": float(bounds[1, k, i])}
                        for k, (name, value) in enumerate((("fmr", fmr), ("fnmr", fnmr)))}, "asked": float(rate)})
    of_plain = json.loads((ROOT / "calibration" / f"{RECIPES[recipe][0]}.json").read_text("utf-8"))
    faces = int(pairs.faces.sum())
    return {"set": recipe, "about": of_plain["about"] + " Each pair was measured with what others taught.",
            "persons": persons, "pictures": faces, "genuine": int(pairs.same.sum()), "impostor": len(impostor),
            "without_face": pictures - faces, "resamples": RESAMPLES, "rows": rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("--images", type=pathlib.Path, required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    wanted = parser.parse_args()
    norm = RECIPES[wanted.recipe][1]
    if wanted.keep and wanted.keep.exists():
        kept = np.load(wanted.keep)
        persons, plain, mirrored = kept["persons"], kept["plain"], kept["mirrored"]
    else:
        persons, plain, mirrored = embeddings(wanted.recipe, wanted.images)
        if wanted.keep:
            np.savez(wanted.keep, persons=persons, plain=plain, mirrored=mirrored)
    plain = plain.astype(np.float64)
    both = (plain + mirrored) / 2
    names, persons = np.unique(persons, return_inverse=True)
    first = (np.random.RandomState(0).permutation(len(names)) < len(names) // 2)[persons]
    halves = [(first, ~first), (~first, first)]
    print("FNMR at FMR 1e-2, 1e-3, 1e-4, 1e-5, on persons whom it was not fitted on")
    print("as the network gives them", misses([(euclidean(plain[test]), persons[test]) for _, test in halves]))
    scores = [(Fit(both[fit], persons[fit]).scores(both[test]), persons[test]) for fit, test in halves]
    print("this recipe              ", misses(scores))
    of_all = Fit(both, persons).numbers()
    (ROOT / "recipes" / f"{wanted.recipe}.txt").write_text("".join(f"{number:.9g}\n" for number in of_all), "utf-8")
    rates = table(wanted.recipe, Pairs(crossed(both, persons), persons, norm), len(list(wanted.images.iterdir())))
    (ROOT / "calibration" / f"{wanted.recipe}.json").write_text(json.dumps(rates, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
