"""Fails when a function refuses with a code that its comment does not name: codes.py CAPI_TESTS SYMBOLS SCRATCH.

The cases of tests/capi write down every refusal that they provoke. A comment names codes behind "Codes:"; "as for
vav_x" takes over those of vav_x. The rules in visavis.h hold for all functions, those at vav_gallery and vav_engine for
all that have to do with one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
API = json.loads((ROOT / "bindings/spec/api.json").read_text("utf-8"))
FUNCTIONS = {function["name"]: function for function in API["functions"]}
CODES = [value["name"].removeprefix("VAV_E_") for enum in API["enums"] for value in enum["values"]
         if value["name"].startswith("VAV_E_")]
HANDLES = {handle["name"]: handle["doc"] for handle in API["handles"]}


def named(text):
    return {code for code in CODES if re.search(rf"\b{code}\b", text)}


def documented(name):
    """The codes that the comment of a function names."""
    doc = FUNCTIONS[name]["doc"].partition("Codes")[2]
    return named(doc).union(*(documented(other) for other in re.findall(r"as for (vav_\w+)", doc)))


def general(name):
    """Those that are not repeated there."""
    rules = next(header["doc"] for header in API["headers"] if header["name"] == "visavis.h")
    handle = re.match(r"vav_(gallery|job|engine)_", name)
    return named(rules + (HANDLES[f"vav_{handle[1].replace('job', 'gallery')}"] if handle else ""))


def main(tests, symbols, scratch):
    refusals = pathlib.Path(scratch) / "refusals.txt"
    refusals.unlink(missing_ok=True)
    groups = re.search(r"^foreach\(group complete (.*)\)$", (ROOT / "tests/capi/CMakeLists.txt").read_text("utf-8"),
                       flags=re.M)[1].split()
    for group in groups:
        subprocess.run([tests, group, symbols, scratch], env={**os.environ, "VISAVIS_REFUSALS": str(refusals)},
                       check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # a test of its own
    seen = sorted({tuple(line.split()) for line in refusals.read_text("utf-8").splitlines()})
    wrong = [f"{name}: {code}" for name, code in seen
             if code.removeprefix("VAV_E_") not in documented(name) | general(name)]
    print(f"{len(seen)} codes of {len({name for name, _ in seen})} functions")
    if wrong:
        print("codes that a comment does not name:", *wrong, sep="\n  ")
    return bool(wrong) or len(seen) < 100


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
