"""How often a stranger's photo among those of one person is found, and how often one of their own is refused.

    photos_of_one.py SET --kept FILE      SET: dlib, dlib-1, opencv-zoo or sface-1; FILE: what fit.py --keep stored

Of 3, 4 and 6 photos of a person one is exchanged for another person's, chosen by chance; the rule is that of
sdk/src/decide/photos.h for somebody new. Recipe and threshold, that of the preset `photos` for one comparison, are of
one half of the persons, and the other half is measured, both ways. Besides, the same by average linkage.
"""
import argparse

import numpy as np

import fit

FMR, MOST, TRIALS = 0.01, 1.2, 200


def grown(near, start):
    """What a chain of near ones leads to."""
    found = np.zeros(len(near), bool)
    found[start] = True
    while True:
        more = found | near[:, found].any(1)
        if (more == found).all():
            return found
        found = more


def as_it_is(distances, threshold):
    near = distances <= threshold
    np.fill_diagonal(near, True)
    return grown(near, int(np.argmax(near.sum(1))))


def average_linkage(distances, threshold):
    groups = [[i] for i in range(len(distances))]
    while len(groups) > 1:
        nearest, one, other = min((np.sqrt((distances[np.ix_(a, b)] ** 2).mean()), i, k) for i, a in enumerate(groups)
                                  for k, b in enumerate(groups) if i < k)
        if nearest > threshold:
            break
        groups[one] += groups.pop(other)
    found = np.zeros(len(distances), bool)
    found[max(groups, key=lambda group: (len(group), -min(group)))] = True
    return found


def of_half(name, plain, mirrored, persons, chosen):
    """Distances of the half that was not chosen, and the threshold of the half that was."""
    taught = np.unique(persons[chosen], return_inverse=True)[1]
    if name in fit.RECIPES:
        norm, both = fit.RECIPES[name][1], (plain + mirrored) / 2
        def distances(scores):
            return np.sqrt(np.maximum(2 * norm ** 2 * (1 - scores), 0))
        known = distances(fit.crossed(both[chosen], taught))
        measured = distances(fit.Fit(both[chosen], persons[chosen]).scores(both[~chosen]))
    else:
        vectors = fit.unit(plain) if name == "opencv-zoo" else plain
        known, measured = (np.sqrt(np.maximum(-fit.euclidean(vectors[half]), 0)) for half in (chosen, ~chosen))
    upper = np.triu_indices(len(taught), 1)
    strangers = np.sort(known[upper][taught[upper[0]] != taught[upper[1]]])
    return measured, min(strangers[int(FMR * len(strangers))], MOST)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=("dlib", "dlib-1", "opencv-zoo", "sface-1"))
    parser.add_argument("--kept", required=True)
    wanted = parser.parse_args()
    kept = np.load(wanted.kept)
    names, persons = np.unique(kept["persons"], return_inverse=True)
    first = (np.random.RandomState(0).permutation(len(names)) < len(names) // 2)[persons]
    random = np.random.RandomState(5)
    rules = {"as it is": as_it_is, "average linkage": average_linkage}
    counts = {(size, rule): np.zeros(7) for size in (3, 4, 6) for rule in rules}
    for chosen in (first, ~first):
        distances, threshold = of_half(wanted.set, kept["plain"].astype(float), kept["mirrored"].astype(float), persons,
                                       chosen)
        rest = persons[~chosen]
        for size in (3, 4, 6):
            for person in np.flatnonzero(np.bincount(rest) >= size):
                own, others = np.flatnonzero(rest == person), np.flatnonzero(rest != person)
                for _ in range(TRIALS):
                    clean = random.choice(own, size, replace=False)
                    place, mixed = random.randint(size), clean.copy()
                    mixed[place] = random.choice(others)
                    for rule, find in rules.items():
                        alone = find(distances[np.ix_(clean, clean)], threshold)
                        beside = find(distances[np.ix_(mixed, mixed)], threshold)
                        of_own = np.delete(beside, place)
                        counts[size, rule] += [size, (~alone).sum(), 1, not beside[place], size - 1, (~of_own).sum(),
                                               beside[place] and not of_own.any()]
                counts[size, "persons"] = counts.get((size, "persons"), 0) + 1
    for (size, rule), seen in counts.items():
        if rule in rules:
            print(f"{wanted.set}, {size} photos, {counts[size, 'persons']} persons, {rule}: stranger found "
                  f"{seen[3] / seen[2]:.2%}; own refused beside a stranger {seen[5] / seen[4]:.2%}, without one "
                  f"{seen[1] / seen[0]:.2%}; the stranger's alone was taken {seen[6] / seen[2]:.2%}")


if __name__ == "__main__":
    main()
