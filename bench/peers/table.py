#!/usr/bin/env python3
"""Makes the tables of sdk/docs/performance.md out of the newest file in bench/results, and of older ones of the same
machine for rows that are not in it.

  bench/peers/table.py           writes them between the markers of the document
  bench/peers/table.py --check   changes nothing; exit code 1 when the document is not in step
"""
import argparse
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "bench" / "results"
DOCUMENT = ROOT / "sdk" / "docs" / "performance.md"

# How many times faster than plain dlib each row has to be, and where we aim.
GOALS = {"embedding_1": (2.2, 3.5), "embedding_16": (3.5, 5), "cnn_1mp": (8, 14), "cnn_3mp": (8, 14),
         "hog_vga": (2.5, 4), "hog_3mp": (2.5, 4), "photo": (3, 5), "start": (1.5, 3)}
MEMORY_GOAL, ENGINE_GOAL = (4, 10), (1.0, 1.3)
# The same of the models of opencv-zoo, beside whom each row names first.
ZOO_GOALS = {"sface_1": (1.0, 1.4), "sface_fast_1": (1.0, 1.4), "sface_16": (1.0, 1.4), "sface_fast_16": (1.0, 1.4),
             "yunet_vga": (1.5, 3), "yunet_3mp": (2, 4), "photo_zoo": (2, 3), "photo_zoo_fast": (2, 3)}
LIBFACEDETECTION_GOAL = (0.8, 1.2)
PEERS = {"onnxruntime": "ONNX Runtime", "opencv4": "OpenCV 4", "opencv": "OpenCV 5",
         "libfacedetection": "libfacedetection", "visavis_hog": "our HOG"}
ENGINES = {"onnxruntime": "ONNX Runtime", "opencv": "OpenCV dnn"}
NETWORK_ROWS = ("embedding_1", "embedding_16", "cnn_network_1mp", "cnn_network_3mp")


def newest():
    results = [json.loads(path.read_text("utf-8")) for path in RESULTS.glob("*.json")
               if not path.name.startswith("search-")]
    if not results:
        raise SystemExit(f"no results in {RESULTS}: run bench/peers/run.py")
    results.sort(key=lambda result: result["date"], reverse=True)
    result = {**results[0], "rows": dict(results[0]["rows"]), "older": []}
    for older in results[1:]:
        missing = {key: row for key, row in older["rows"].items() if key not in result["rows"]}
        if missing and older["machine"]["cpu"] == result["machine"]["cpu"]:
            result["rows"].update(missing)
            result["peaks"] = result["peaks"] or older["peaks"]
            result["different_chips"] = result["different_chips"] or older["different_chips"]
            result["older"].append(f"{older['date'][:10]}, commit `{older['machine']['commit']}`")
    return result


def number(value):
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 9.95 else f"{value:.2f}"


def spread(side):
    ms = side["ms"]
    return f"{number(ms['median'])} ({number(ms['q1'])}–{number(ms['q3'])})"


def times(side):
    return f"**{number(side['times_visavis']['median'])}**"


def goal(pair):
    return f"{pair[0]:g} / {pair[1]:g}" if pair else "–"


def table(head, lines):
    return "\n".join(["| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *lines]])


def what(row):
    faces = f", {row['faces']} faces" if row.get("faces") and row["unit"] == "photos" else ""
    return f"{row['what']}{faces}; {row['threads']} thread{'s' * (row['threads'] > 1)}"


def against_dlib(rows):
    lines = [[what(row), spread(row["sides"]["dlib"]), spread(row["sides"]["visavis"]), times(row["sides"]["dlib"]),
              goal(GOALS.get(key))] for key, row in rows.items() if "dlib" in row["sides"]]
    if "cnn_3mp" in rows:
        dlib, ours = (rows["cnn_3mp"]["sides"][side]["peak_kb"] / 1e6 for side in ("dlib", "visavis"))
        lines.append(["CNN detector, 3 megapixels: peak memory of the process, GB", number(dlib), number(ours),
                      f"**{number(dlib / ours)}**", goal(MEMORY_GOAL)])
    return table(["milliseconds: median (quartiles)", "plain dlib", "Visavis", "× dlib", "needed / aimed at"], lines)


def against_engines(rows):
    lines = []
    for key in NETWORK_ROWS:
        sides = rows.get(key, {}).get("sides", {})
        lines += [[what(rows[key]), name, spread(sides[side]), spread(sides["visavis"]), times(sides[side])]
                  for side, name in ENGINES.items() if side in sides]
    lines += [[what(row), "face_recognition", spread(row["sides"]["face_recognition"]), spread(row["sides"]["visavis"]),
               times(row["sides"]["face_recognition"])] for row in rows.values() if "face_recognition" in row["sides"]]
    return table(["milliseconds: median (quartiles)", "beside", "it takes", "Visavis", "× faster"], lines)


def zoo(rows):
    lines = []
    for key in ZOO_GOALS:
        sides = rows.get(key, {}).get("sides", {})
        lines += [[what(rows[key]), PEERS[side], spread(sides[side]), spread(sides["visavis"]), times(sides[side]),
                   goal(LIBFACEDETECTION_GOAL if side == "libfacedetection" else
                        ZOO_GOALS[key] if side == next(iter(sides)) else None)] for side in sides if side in PEERS]
    head = ["milliseconds: median (quartiles)", "beside", "it takes", "Visavis", "× faster", "needed / aimed at"]
    return table(head, lines)


def best_peak(peaks, threads):
    found = next(p for p in peaks["peaks"] if p["threads"] == threads)
    return max(found["blas_sgemm_gflops"] or 0, found["onednn_sgemm_gflops"] or 0), found["triad_gb_per_s"]


def distance(result):
    lines = []
    for key in NETWORK_ROWS:
        row = result["rows"].get(key)
        if not row or not result["peaks"]:
            continue
        gflops, bandwidth = best_peak(result["peaks"], row["threads"])
        ms = row["sides"]["visavis"]["ms"]["median"]
        reached = row["work"]["gflop"] / ms * 1e3
        lines.append([what(row), number(row["work"]["gflop"]), number(ms), number(reached), f"{reached / gflops:.0%}",
                      number(row["work"]["gflop"] / gflops * 1e3), number(row["work"]["mb"] / bandwidth)])
    head = ["network", "GFLOP", "ms", "GFLOP/s", "of sgemm", "ms at sgemm's speed", "ms to move its bytes once"]
    return table(head, lines)


def peaks(result):
    lines = [[f"{p['threads']}", number(p["blas_sgemm_gflops"]) if p["blas_sgemm_gflops"] else "–",
              number(p["onednn_sgemm_gflops"]) if p["onednn_sgemm_gflops"] else "–", number(p["triad_gb_per_s"])]
             for p in result["peaks"]["peaks"]]
    return table(["threads", f"sgemm of the BLAS ({result['peaks']['blas']}), GFLOP/s", "sgemm of oneDNN, GFLOP/s",
                  "memory (triad), GB/s"], lines)


def versions(result):
    found = []
    for row in result["rows"].values():
        for name, side in row["sides"].items():
            blas = side.get("blas")
            kernels = f" with OpenBLAS kernels for {blas['kernels']}" if isinstance(blas, dict) else ""
            text = side.get("version", side.get("backend", "")) + kernels
            if text and name != "visavis" and text not in found:
                found.append(text)
    return found


def machine(result):
    m = result["machine"]
    cpu = m["cpu"]
    lines = [
        f"- {cpu['model']} (family {cpu['family']}, model {cpu['number']}), {cpu['cores']} cores"
        + (" of a virtual machine" if cpu["virtual_machine"] else "") + f", {m['memory_gb']:g} GB; "
        + ", ".join(f"{name} {size.split(' (')[0]}" for name, size in cpu["caches"].items()) + ".",
        f"- {', '.join(cpu['flags'])}.",
        "- " + ", ".join([m["system"], f"Linux {m['kernel']}", m["compiler"],
                          *(f"{name} {version}" for name, version in m["debian"].items())]) + ".",
        f"- Visavis runs on {m['backend']}; beside {'; '.join(versions(result))}; {m['python'][0]}.",
        *([f"- Set in the environment: {' '.join(f'{k}={v}' for k, v in m['environment'].items())}."]
          if m["environment"] else []),
        f"- Photo with faces: {result['photo']['width']}×{result['photo']['height']}. "
        f"Different faces among the chips: {result['different_chips']}.",
        f"- {result['date'][:10]}, commit `{m['commit']}`" + (" with changes" if m["sources_changed"] else "")
        + "".join(f"; rows that were not measured then: {older}" for older in result["older"]) + ".",
    ]
    return "\n".join(lines)


def sections(result):
    rows = result["rows"]
    return {"machine": machine(result), "dlib": against_dlib(rows), "engines": against_engines(rows), "zoo": zoo(rows),
            "peaks": peaks(result) if result["peaks"] else "", "distance": distance(result)}


def filled(text, parts):
    for name, content in parts.items():
        pattern = rf"(<!-- {name}: made by table\.py -->\n).*?(<!-- end -->)"
        text, count = re.subn(pattern, lambda m, made=content: f"{m[1]}{made}\n{m[2]}", text, flags=re.S)
        if count != 1:
            raise SystemExit(f"{DOCUMENT.name} has {count} places for {name}, not one")
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    old = DOCUMENT.read_text("utf-8")
    new = filled(old, sections(newest()))
    if args.check:
        if new != old:
            print(f"{DOCUMENT.name} is not in step with the newest results: run bench/peers/table.py")
        return new != old
    DOCUMENT.write_text(new, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
