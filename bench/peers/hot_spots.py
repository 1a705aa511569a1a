#!/usr/bin/env python3
"""Shows where Visavis spends its time: the functions, by perf, and the layers, by what oneDNN tells of itself.

  bench/peers/hot_spots.py embedding_1|embedding_16|cnn_1mp|cnn_3mp|hog_vga|hog_3mp|photo|start

Works on the inputs of run.py and runs each for some seconds. Needs Linux' perf (Debian: linux-perf); without hardware
counters, as in a virtual machine, perf samples by the clock.
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import rows as rows_module
import run

SECONDS, LOADING_MS = 4, 1500
TOLD = re.compile(r",exec,cpu,(?P<kind>\w+),(?P<how>[^,]*),.*,(?P<shape>[^,]*),(?P<ms>[\d.]+)$")


def served(command, **env):
    """Runs one side for a turn; gives all it printed."""
    return subprocess.run([str(word) for word in command], input=f"{SECONDS}\n", text=True, check=True,
                          stdout=subprocess.PIPE, env={**run.environment("visavis", rows_module.THREADS), **env}).stdout


def functions(command, starts):
    if not shutil.which("perf"):
        raise SystemExit("there is no perf: install it (Debian: apt-get install linux-perf)")
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "perf.data"
        # oneDNN writes the names of the code it makes into /tmp/perf-PID.map, where perf looks for them.
        when = ["-F", "3997"] if starts else ["-F", "997", "-D", LOADING_MS]
        served(["perf", "record", "-q", "-e", "cpu-clock", *when, "-o", data, *command],
               DNNL_JIT_PROFILE="2", ONEDNN_JIT_PROFILE="2")
        report = subprocess.run(["perf", "report", "--stdio", "-q", "--no-children", "-s", "dso,symbol", "-i", data],
                                check=True, capture_output=True, text=True).stdout
    shares = collections.Counter()
    for line in report.splitlines():
        if match := re.match(r"\s*([\d.]+)%\s+(\S.*?)\s+\[[.k]\]\s+(.*?)\s*$", line):
            # A kernel made for one layer has the name of the one made for another.
            shares[re.sub(r" tid \d+", "", match[2]), match[3]] += float(match[1])
    for (where, function), share in shares.most_common(15):
        if share >= 0.5:
            print(f"  {share:5.1f}%  {where}: {function}"[:118])


def flop(kind, shape):
    """Of one convolution in oneDNN's words: mb1_ic3oc32_ih150oh72kh7sh2dh0ph0_iw150ow72kw7sw2dw0pw0."""
    if kind != "convolution":
        return 0
    n = {name: int(value) for name, value in re.findall(r"([a-z]+)(\d+)", shape)}
    return 2 * n["mb"] * n["ic"] * n["oc"] * n["oh"] * n["ow"] * n["kh"] * n["kw"]


def layers(command):
    spent, calls, work = collections.Counter(), collections.Counter(), {}
    for line in served(command, DNNL_VERBOSE="1", ONEDNN_VERBOSE="1").splitlines():
        if match := TOLD.search(line):
            key = (match["kind"], match["how"], match["shape"])
            spent[key] += float(match["ms"])
            calls[key] += 1
            work[key] = flop(match["kind"], match["shape"])
    total = sum(spent.values())
    if not total:
        print("  oneDNN told nothing: this row does not run on it")
    for key, ms in spent.most_common(25):
        speed = f"{work[key] * calls[key] / ms / 1e6:7.0f}" if work[key] else "      –"
        print(f"  {ms / total:6.1%} {ms / calls[key]:9.3f} ms {speed} GFLOP/s  {key[0]} {key[1]} {key[2]}"[:118])


def main():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "visavis"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row")
    args = parser.parse_args()
    run.set_up()
    many, _ = run.prepare(argparse.Namespace(photo=None, photos=cache / "photos", models=cache / "models"))
    places = rows_module.Places(run.BUILD / "bin", run.PYTHON, run.PYTHON_OPENCV4, run.HERE, run.WORK, cache / "models",
                                many)
    row = {row.key: row for row in rows_module.rows(places)}.get(args.row)
    if not row:
        parser.error(f"there is no row {args.row}")
    print(f"{row.what}, {row.threads} thread{'s' * (row.threads > 1)}: functions", flush=True)
    functions(row.sides["visavis"], row.kind == "start")
    print(f"{row.what}: oneDNN's primitives (share, each, speed)")
    layers(row.sides["visavis"])


if __name__ == "__main__":
    sys.exit(main())
