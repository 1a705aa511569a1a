#!/usr/bin/env python3
"""The index beside its peers: FAISS flat and HNSW32, numpy, sqlite-vec. One run, the same data, taking turns.

    cmake --preset release && ninja -C build/release search_bench_index
    bench/search/bench.py [--rows 1000000] [--set opencv-zoo] [--length 512] [--hnsw FILE] [--out FILE]

Galleries and probes are drawn at random, as wide in each direction as embeddings of faces are (spectrum*.txt). Probes
of enrolled people are as far from a row as two photos of a person are; strangers are drawn afresh. Peers are
installed into build/search-venv. Every answer of ours is compared with FAISS flat's. HNSW32 takes minutes to build and
is kept in FILE: where that is missing it is built, and nothing is timed.
"""
import argparse
import ctypes
import json
import os
import pathlib
import platform
import sqlite3
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIM = 128
# Of each set of models: how wide its embeddings are in each direction, their threshold, how far apart two photos of a
# person are, and whether embeddings have norm 1.
SETS = {"dlib": ("spectrum.txt", 0.6, (0.2, 0.45), False),
        "opencv-zoo": ("spectrum-sface.txt", 1.1287, (0.64, 1.09), True)}


def run_in_venv():
    home = ROOT / "build/search-venv"
    python = home / "bin/python"
    if not (home / ".ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "numpy", "faiss-cpu",
                        "sqlite-vec"], check=True)
        (home / ".ready").touch()
    os.execv(python, [str(python), __file__, "--ready", *sys.argv[1:]])


def resident():
    for line in pathlib.Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu():
    lines = pathlib.Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--set", choices=SETS, default="dlib", help="whose embeddings (default: dlib)")
    parser.add_argument("--length", type=int, default=DIM, metavar="N",
                        help="numbers in an embedding, a multiple of 128: each direction's variance goes to as many")
    parser.add_argument("--probes", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--hnsw", type=pathlib.Path, metavar="FILE", help="also HNSW32")
    parser.add_argument("--library", type=pathlib.Path, default=ROOT / "build/release/lib/libsearch_bench_index.so")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--ready", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.ready:
        run_in_venv()
    if args.length < DIM or args.length % DIM:
        parser.error("--length: a multiple of 128")

    import faiss
    import numpy as np
    import sqlite_vec

    spectrum, reach, apart, unit_norm = SETS[args.set]
    spectrum = pathlib.Path(__file__).resolve().with_name(spectrum)

    lib = ctypes.CDLL(str(args.library))
    lib.index_create.restype = ctypes.c_void_p
    pointer = lambda array: array.ctypes.data_as(ctypes.c_void_p)

    length, *deviations = np.fromstring("".join(line for line in spectrum.read_text("ascii").splitlines(keepends=True)
                                                if not line.startswith("#")), sep=" ")
    dim, times = args.length, args.length // DIM
    deviations = np.repeat(deviations, times) / np.sqrt(times)
    directions = np.linalg.qr(np.random.default_rng(19).standard_normal((dim, dim)))[0]  # any: see spectrum.txt
    root = (np.array(deviations)[:, None] * directions).astype(np.float32)
    mean = np.full(dim, length / np.sqrt(dim), np.float32)
    random = np.random.default_rng(20)
    draw = lambda n, random=random: random.standard_normal((n, dim), dtype=np.float32) @ root
    finished = lambda rows: rows / np.linalg.norm(rows, axis=1)[:, None] if unit_norm else rows

    class Ours:
        def __init__(self):
            self.index = ctypes.c_void_p(lib.index_create(ctypes.c_size_t(dim)))
            self.size = 0

        def add(self, rows):
            lib.index_add(self.index, ctypes.c_int64(self.size), ctypes.c_size_t(len(rows)), pointer(rows))
            self.size += len(rows)

        def search(self, probes, threads, count=1):
            persons, distances = np.empty((len(probes), count), np.int64), np.empty((len(probes), count), np.float32)
            call = [self.index, pointer(probes)]
            if len(probes) > 1:
                call.append(ctypes.c_size_t(len(probes)))
                function = lib.index_search_batch
            else:
                function = lib.index_search
            function(*call, ctypes.c_size_t(count), ctypes.c_float(reach), threads, pointer(persons),
                     pointer(distances))
            return persons, distances

    def gallery(rows):
        """Ours and FAISS flat with the same rows, and the rows themselves as FAISS keeps them."""
        ours, flat, its_own = Ours(), faiss.IndexFlatL2(dim), np.random.default_rng(rows)
        lib.index_reserve(ours.index, ctypes.c_size_t(rows))
        added, grown = 0.0, 0
        for first in range(0, rows, 100_000):
            block = np.ascontiguousarray(finished(draw(min(100_000, rows - first), its_own) + mean), np.float32)
            before, start = resident(), time.perf_counter()
            ours.add(block)
            added += time.perf_counter() - start
            grown += resident() - before
            flat.add(block)
        before, start = resident(), time.perf_counter()
        lib.index_settle(ours.index, args.threads)
        settled = time.perf_counter() - start
        grown += resident() - before
        stored = faiss.rev_swig_ptr(flat.get_xb(), rows * dim).reshape(rows, dim)
        return ours, flat, stored, {"add_s": round(added, 3), "settle_s": round(settled, 3),
                                    "bytes_per_template": round(grown / rows, 1)}

    def kinds(stored, count):
        away = draw(count)
        rows, far = stored[random.integers(len(stored), size=count)], random.uniform(*apart, count)[:, None]
        if unit_norm:  # along the sphere: a chord of `far` is an angle
            away -= (away * rows).sum(axis=1)[:, None] * rows
            angle = 2 * np.arcsin(far / 2)
            enrolled = rows * np.cos(angle) + away / np.linalg.norm(away, axis=1)[:, None] * np.sin(angle)
        else:
            enrolled = rows + away * (far / np.linalg.norm(away, axis=1)[:, None])
        return {"enrolled": enrolled.astype(np.float32), "strangers": finished(draw(count) + mean).astype(np.float32)}

    def take_turns(sides, probes):
        """Milliseconds a probe: the median, and the 90th percentile."""
        times = {name: [] for name in sides}
        for probe in probes:
            for name, search in sides.items():
                start = time.perf_counter()
                search(probe[None])
                times[name].append((time.perf_counter() - start) * 1e3)
        return {name: {"median_ms": round(float(np.median(t)), 4), "p90_ms": round(float(np.quantile(t, .9)), 4)}
                for name, t in times.items()}

    def wrong(ours, flat, probes):
        distances, rows = flat.search(probes, 1)
        count = 0
        for i, probe in enumerate(probes):
            person, distance = ours.search(probe[None], args.threads)
            near = np.sqrt(max(distances[i, 0], 0))
            if abs(near - reach) < 1e-5:
                continue
            another = person[0, 0] != rows[i, 0] and abs(distance[0, 0] - near) > 1e-4
            count += another if near < reach else person[0, 0] != -1
        return int(count)

    faiss.omp_set_num_threads(args.threads)
    if args.hnsw and not args.hnsw.exists():
        hnsw = faiss.IndexHNSWFlat(dim, 32)
        hnsw.hnsw.efConstruction = 80
        kept = gallery(args.rows)  # the rows lie in what FAISS flat has
        start = time.perf_counter()
        hnsw.add(kept[2])
        faiss.write_index(hnsw, str(args.hnsw))
        sys.exit(f"HNSW32 of {args.rows} rows: built in {time.perf_counter() - start:.0f} s; run this again to time it")
    result = {"set": args.set, "machine": {"cpu": cpu(), "cores": os.cpu_count()},
              "versions": {"faiss": faiss.__version__, "numpy": np.__version__},
              "length": dim, "threads": args.threads, "rows": args.rows}

    ours, flat, stored, _ = gallery(10_000)
    stored = stored.copy()
    base = sqlite3.connect(":memory:")
    if not hasattr(base, "enable_load_extension"):
        sys.exit("this Python's sqlite3 cannot load extensions: run this with Debian's /usr/bin/python3")
    base.enable_load_extension(True)
    sqlite_vec.load(base)
    base.execute(f"CREATE VIRTUAL TABLE v USING vec0(e float[{dim}])")
    base.executemany("INSERT INTO v(rowid, e) VALUES (?, ?)", ((i, row.tobytes()) for i, row in enumerate(stored)))
    find = "SELECT rowid, distance FROM v WHERE e MATCH ? AND k = 1 ORDER BY distance"
    faiss.omp_set_num_threads(1)
    small = {"ours": lambda p: ours.search(p, 1), "faiss_flat": lambda p: flat.search(p, 1),
             "numpy": lambda p: np.linalg.norm(stored - p[0], axis=1).argmin(),
             "sqlite_vec": lambda p: base.execute(find, (p[0].tobytes(),)).fetchall()}
    probes = kinds(stored, args.probes)["enrolled"]
    take_turns(small, probes[:3])
    result["rows_10000_one_thread"] = take_turns(small, probes)
    result["rows_10000_one_thread"]["by_itself"] = {
        name: take_turns({name: side}, np.tile(probes, (4, 1)))[name]
        for name, side in (small | {"ours_empty_call": lambda p: ours.search(p, 1, 0)}).items()}
    pair = {name: small[name] for name in ("ours", "sqlite_vec")}
    result["rows_10000_one_thread"]["beside_sqlite_vec"] = take_turns(pair, np.tile(probes, (4, 1)))
    result["versions"]["sqlite_vec"] = sqlite_vec.__version__ if hasattr(sqlite_vec, "__version__") else "?"

    faiss.omp_set_num_threads(args.threads)

    ours, flat, stored, result["build"] = gallery(args.rows)
    result["wrong_answers"] = 0
    for kind, probes in kinds(stored, args.probes).items():
        sides = {"ours": lambda p: ours.search(p, args.threads), "faiss_flat": lambda p: flat.search(p, 1),
                 "ours_one_thread": lambda p: ours.search(p, 1), "faiss_flat_again": lambda p: flat.search(p, 1)}
        take_turns(sides, probes[:3])
        result[kind] = take_turns(sides, probes)
        result[kind]["by_itself"] = {name: take_turns({name: sides[name]}, probes)[name]
                                     for name in ("ours", "ours_one_thread")}
        result[kind]["ours_first_10"] = take_turns({"x": lambda p: ours.search(p, args.threads, 10)}, probes)["x"]
        result["wrong_answers"] += wrong(ours, flat, probes)
        batch, times = np.ascontiguousarray(probes[:64]), {"ours": [], "faiss_flat": []}
        for _ in range(5):
            for name in times:
                start = time.perf_counter()
                sides[name](batch)
                times[name].append((time.perf_counter() - start) * 1e3 / len(batch))
        result[kind]["batch"] = {name: {"median_ms_per_probe": round(float(np.median(t)), 4)}
                                 for name, t in times.items()}

    if args.hnsw:
        hnsw = faiss.read_index(str(args.hnsw))
        probes = kinds(stored, 1000)["enrolled"]
        truth = flat.search(probes, 1)[1]
        for breadth in (128, 256, 512, 1024, 2048, 4096):
            hnsw.hnsw.efSearch = breadth
            recall = float((hnsw.search(probes, 1)[1] == truth).mean())
            if recall >= 0.995:
                break
        sides = {"ours": lambda p: ours.search(p, args.threads), "hnsw32": lambda p: hnsw.search(p, 1)}
        result["hnsw32"] = take_turns(sides, probes) | {"recall": recall, "ef_search": breadth}
        result["hnsw32"]["by_itself"] = {name: take_turns({name: side}, probes)[name] for name, side in sides.items()}

    text = json.dumps(result, indent=1)
    print(text)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
