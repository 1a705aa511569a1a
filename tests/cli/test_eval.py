"""`visavis eval pairs` on a part of real pairs: the figures, the cache, and what it refuses."""
import csv
import itertools
import json
import math
import os
import shutil

import pytest

FAILED, WRONG_USE = 3, 2


@pytest.fixture(scope="session")
def pairs(lfw, tmp_path_factory):
    """60 pairs, 20 a fold: half of one person, half of two."""
    with open(lfw / "pairs.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chosen = []
    for fold, same in itertools.product(sorted({row["fold"] for row in rows}), "01"):
        chosen += [row for row in rows if row["fold"] == fold and row["same"] == same][:10]
    path = tmp_path_factory.mktemp("eval") / "pairs é.csv"
    write_pairs(path, chosen)
    return path


def write_pairs(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """Embeddings computed by one test serve the others, as they would serve a user."""
    return tmp_path_factory.mktemp("cache") / "embeddings.cache"


@pytest.fixture
def evaluate(visavis, lfw, pairs, cache):
    def run(*options, code=0, images=None, pairs=pairs, cache=cache):
        done = visavis("eval", "pairs", "--json", "--pairs", pairs, "--images", images or lfw / "images", "--cache",
                       cache, *options, code=code)
        report = json.loads(done.stdout.splitlines()[-1])
        if code == 0:  # the time is another one each time
            took = report.pop("ms_per_picture")
            assert (took is None or 1 < took < 60_000) and report["template_bytes"] == 512
        return report
    return run


def test_figures_of_real_pairs(evaluate):
    report = evaluate()
    assert report["pairs"] == 60
    assert report["genuine"] + report["impostor"] + report["fte"] == 60
    assert report["fte"] <= 6
    assert report["threshold"] == 0.6
    assert report["accuracy_at_threshold"] >= 0.95
    assert report["accuracy_fte_different"] >= 0.9
    assert report["accuracy_cv"]["folds"] == 3
    assert report["accuracy_cv"]["mean"] >= 0.9
    assert 0 <= report["accuracy_cv"]["sd"] < 0.1
    assert list(report["fnmr_at_fmr"]) == ["1e-1", "1e-2", "1e-3"]
    assert report["fnmr_at_fmr"]["1e-1"] <= 0.1
    assert report["fnmr_at_fmr"]["1e-2"] is None  # fewer than 100 impostors cannot say


def test_the_threshold_decides(evaluate):
    everybody_differs = evaluate("--threshold", "0.001")
    assert math.isclose(everybody_differs["accuracy_at_threshold"],
                        everybody_differs["impostor"] / (60 - everybody_differs["fte"]))
    assert everybody_differs["accuracy_fte_different"] == 0.5  # 30 of the 60 pairs are of two persons


def test_jobs_and_cache_change_nothing(evaluate, tmp_path):
    expected = evaluate()
    few = tmp_path / "few.cache"
    assert evaluate("--jobs", "4", cache=few) == expected
    assert few.stat().st_mode & 0o777 == 0o600  # embeddings of people
    assert evaluate("--report", tmp_path / "page.html", cache=few) == expected
    assert f"at the threshold of {expected['threshold']:.4f}" in (tmp_path / "page.html").read_text("utf-8")
    assert evaluate("--jobs", "1", cache=few) == expected


def test_a_damaged_cache_is_told_and_made_anew(visavis, lfw, pairs, evaluate, cache, tmp_path):
    expected = evaluate()
    mine = tmp_path / "mine.cache"
    damaged = bytearray(cache.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    mine.write_bytes(damaged)
    with open(pairs, encoding="utf-8") as file:
        few = tmp_path / "few.csv"
        few.write_text("".join(file.readlines()[:4]), encoding="utf-8")
    options = ("eval", "pairs", "--pairs", few, "--images", lfw / "images", "--cache", mine)
    assert "it is damaged" in visavis(*options).stderr
    assert visavis(*options).stderr == ""
    assert evaluate() == expected


def test_a_file_that_is_no_cache_stays_as_it_is(visavis, lfw, pairs, photo, tmp_path):
    gallery = tmp_path / "people.vav"
    visavis("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
    listed, picture, pipe = tmp_path / "pairs.csv", tmp_path / "picture.jpg", tmp_path / "pipe"
    shutil.copy(pairs, listed)
    shutil.copy(photo("obama.jpg"), picture)
    os.mkfifo(pipe)
    for other in (gallery, listed, picture, pipe, tmp_path):
        before = other.read_bytes() if other.is_file() else None
        refused = visavis("eval", "pairs", "--pairs", listed, "--images", lfw / "images", "--cache", other, code=FAILED)
        assert "is no embedding cache, and is not replaced" in refused.stderr
        assert before is None or other.read_bytes() == before


def test_plain_output_has_the_same_figures(visavis, lfw, pairs, cache, evaluate):
    report = evaluate()
    text = visavis("eval", "pairs", "--pairs", pairs, "--images", lfw / "images", "--cache", cache).stdout
    assert f"{report['fte']} without a comparable face" in text
    assert f"{report['accuracy_at_threshold'] * 100:.2f} %" in text
    assert f"FNMR {report['fnmr_at_fmr']['1e-1']:.4f}" in text
    assert "too few pairs to say" in text


def test_without_folds_there_is_no_cross_validation(evaluate, pairs, tmp_path):
    with open(pairs, newline="", encoding="utf-8") as file:
        rows = [{"b": row["b"], "note": "x, y", "same": row["same"], "a": row["a"]} for row in csv.DictReader(file)]
    write_pairs(tmp_path / "pairs.csv", rows)
    report = evaluate(pairs=tmp_path / "pairs.csv")
    assert report["accuracy_cv"] is None
    assert report["accuracy_at_threshold"] == evaluate()["accuracy_at_threshold"]


def test_missing_pictures_are_an_error_unless_skipped(visavis, evaluate, lfw, pairs, tmp_path):
    with open(pairs, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:6]
    rows[0]["a"] = "Nobody_0001.jpg"
    write_pairs(tmp_path / "pairs.csv", rows)
    done = visavis("eval", "pairs", "--pairs", tmp_path / "pairs.csv", "--images", lfw / "images", code=FAILED)
    assert "1 of" in done.stderr and "Nobody_0001.jpg" in done.stderr
    assert "\\n" not in done.stderr and len(done.stderr.strip().splitlines()) == 2
    report = evaluate("--skip-missing", pairs=tmp_path / "pairs.csv")
    assert (report["pairs"], report["pairs_skipped"], report["images_missing"]) == (5, 1, 1)


def test_all_pairs_tells_persons_from_names(evaluate, lfw, tmp_path):
    """Counts and rates against a plain count over `compare`-able pictures."""
    images = tmp_path / "images"
    images.mkdir()
    names = [f"Al_Gore_000{i}.jpg" for i in range(1, 6)] + [f"Ai_Sugiyama_000{i}.jpg" for i in range(1, 4)]
    for name in names:
        shutil.copy(lfw / "images" / name, images)
    (tmp_path / "pairs.csv").write_text(f"a,b,same\n{names[0]},{names[1]},1\n")
    report = evaluate("--all-pairs", pairs=tmp_path / "pairs.csv", images=images, cache=tmp_path / "cache")
    everything = report["all_pairs"]
    found = everything["images"]
    assert found <= len(names)
    assert everything["genuine"] + everything["impostor"] == found * (found - 1) // 2
    if found == len(names):
        assert (everything["genuine"], everything["impostor"]) == (13, 15)
    assert list(everything["fnmr_at_fmr"]) == ["1e-1", "1e-2", "1e-3", "1e-4", "1e-5"]
    assert everything["fnmr_at_fmr"]["1e-1"] is not None
    assert everything["fnmr_at_fmr"]["1e-2"] is None


@pytest.mark.parametrize("text, message", [
    ("", "empty"),
    ("a,b\nx.jpg,y.jpg\n", "no column 'same'"),
    ("a,b,same\nx.jpg,y.jpg,maybe\n", "line 2: 'same' is 'maybe'"),
    ("a,b,same\nx.jpg,y.jpg\n", "line 2: 2 fields where the header has 3"),
    ("a,b,same\nx.jpg,\"y.jpg,1\n", "line 2: a quote is opened"),
    ("a,b,same\nx.jpg,,1\n", "line 2: a picture's name is empty"),
    ("a,b,same\n", "no pair"),
])
def test_a_wrong_list_is_refused_with_its_line(visavis, tmp_path, text, message):
    (tmp_path / "pairs.csv").write_text(text)
    done = visavis("eval", "pairs", "--pairs", tmp_path / "pairs.csv", "--images", tmp_path, code=FAILED)
    assert message in done.stderr


def test_wrong_use_of_eval(visavis, tmp_path):
    visavis("eval", code=WRONG_USE)
    visavis("eval", "pairs", "--images", tmp_path, code=WRONG_USE)
    visavis("eval", "pairs", "--pairs", "x.csv", "--images", tmp_path / "none", code=WRONG_USE)
