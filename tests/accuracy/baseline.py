#!/usr/bin/env python3
"""Fails when a set of models has become less accurate than its committed figures say.

    tests/accuracy/baseline.py COMMAND PICTURES SET [--update]

COMMAND: the program visavis. PICTURES: the folder lfw-dev of tests/README.md, with images/ and pairs.csv. Of every
fourth person all pairs of pictures are compared; the figures are in baseline.json beside this file. --update writes
them anew: only after a change that is meant to change them, and say why in its commit.
Exit codes: 0 as good, 1 worse, 77 the pictures are not there.
"""
import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

BASELINE = pathlib.Path(__file__).with_name("baseline.json")
EACH = 4  # every so manyth person
# CPUs round differently: so many pictures or pairs of one person may come out otherwise.
PICTURES, PAIRS = 1, 3


def person_of(name):
    return name.rpartition("_")[0]


def measured(command, folder, set_name):
    """The figures of `visavis eval pairs` for a part of the people."""
    names = sorted(path.name for path in (folder / "images").glob("*.jpg"))
    chosen = set(sorted({person_of(name) for name in names})[::EACH])
    names = [name for name in names if person_of(name) in chosen]
    with tempfile.TemporaryDirectory() as made:
        images, pairs = pathlib.Path(made, "images"), pathlib.Path(made, "pairs.csv")
        images.mkdir()
        for name in names:
            (images / name).symlink_to((folder / "images" / name).resolve())
        with open(folder / "pairs.csv", encoding="utf-8", newline="") as source:
            rows = [row for row in csv.DictReader(source) if {row["a"], row["b"]} <= set(names)]
        with open(pairs, "w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, ["a", "b", "same"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        asked = ["eval", "pairs", "--all-pairs", "--pairs", pairs, "--images", images]
        run = subprocess.run([command, "--json", "--model-set", set_name, *asked], stdout=subprocess.PIPE, text=True,
                             check=True)
    figures = json.loads(run.stdout)["all_pairs"]
    return {"pictures": len(names), "comparable": figures["images"], "genuine": figures["genuine"],
            "impostor": figures["impostor"], "fnmr_at_fmr": figures["fnmr_at_fmr"]}


def losses(now, before):
    """What is worse now, in words."""
    found = []
    if now["pictures"] != before["pictures"]:
        found.append(f"{now['pictures']} pictures instead of {before['pictures']}: another folder")
    if now["comparable"] < before["comparable"] - PICTURES:
        found.append(f"only {now['comparable']} pictures with a comparable face, before {before['comparable']}")
    for fmr, fnmr in before["fnmr_at_fmr"].items():
        value = now["fnmr_at_fmr"][fmr]
        if fnmr is not None and (value is None or value > fnmr + PAIRS / now["genuine"]):
            found.append(f"FNMR {value} at FMR {fmr}, before {fnmr}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("pictures", type=pathlib.Path)
    parser.add_argument("set")
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    if not (args.pictures / "pairs.csv").exists():
        print(f"skipped: {args.pictures} is not there; tests/README.md says where such pictures come from")
        return 77
    known = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
    now = measured(args.command, args.pictures, args.set)
    print(json.dumps(now))
    if args.update:
        known[args.set] = now
        BASELINE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
        return 0
    found = losses(now, known[args.set])
    print("\n".join(found) or "as good as before")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
