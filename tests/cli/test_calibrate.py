"""`visavis calibrate` on a part of real photos: rates, bounds, groups, and what it refuses."""
import json
import os
import shutil
import stat

import pytest

FAILED, WRONG_USE = 3, 2


@pytest.fixture(scope="module")
def photos(pictures_by_person, tmp_path_factory):
    """Pictures of persons who have three or more."""
    folder = tmp_path_factory.mktemp("photos é")
    many = [pictures for pictures in pictures_by_person if len(pictures) >= 3][:25]
    for pictures in many:
        for picture in pictures[:3]:
            shutil.copy(picture, folder)
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "embeddings"


def test_rates_of_real_photos(visavis, photos, cache, tmp_path):
    table = tmp_path / "table.json"
    page = tmp_path / "page.html"
    done = visavis("calibrate", "--json", "--images", photos, "--cache", cache, "-o", table, "--report", page)
    shown = page.read_text("utf-8")
    assert shown.count("<svg") == 1 and "<polyline" in shown and "<polygon" in shown and "FTE" in shown
    report = json.loads(done.stdout)
    assert json.loads(table.read_text("utf-8")) == report
    assert report["set"] == "dlib" and report["persons"] == 25 and 70 <= report["pictures"] <= 75
    assert report["genuine"] + report["impostor"] == report["pictures"] * (report["pictures"] - 1) // 2
    thresholds = [row["threshold"] for row in report["rows"]]
    assert thresholds == sorted(thresholds, reverse=True) and len(thresholds) >= 3
    assert report["unreadable"] == 0
    for row in report["rows"]:
        assert row["false_matches"] >= 10 and row["fmr"]["value"] <= row["asked"]
        for rate in (row["fmr"], row["fnmr"]):
            assert 0 <= rate["low"] <= rate["value"] <= rate["high"] <= 1
    # So few persons cannot say which threshold is right; with more, the table decides.
    said = visavis("doctor", "--calibration", table, code=FAILED, json=True)[0]
    assert "too few" in said["problems"][0] and said["table"] == "own"
    last = report["rows"][-1]
    report["rows"].append({**last, "threshold": last["threshold"] * 0.9})
    report["impostor"] *= 10
    for row in report["rows"]:
        row["fmr"]["value"] = row["false_matches"] / report["impostor"]
    enough = tmp_path / "enough.json"
    enough.write_text(json.dumps(report), "utf-8")
    picture = next(iter(photos.iterdir()))
    answer = json.loads(visavis("compare", "--json", "--calibration", enough, picture, picture).stdout)
    assert answer["table"] == "own" and answer["threshold"] != pytest.approx(0.5244, abs=0.001)
    told = visavis("doctor", env={**os.environ, "VISAVIS_CALIBRATION": str(enough)}).stdout
    assert f"{enough} (VISAVIS_CALIBRATION), of 25 persons" in told
    # What the SDK promises is by the SDK's own table.
    again = visavis("calibrate", "--json", "--images", photos, "--cache", cache, "--calibration", enough)
    assert json.loads(again.stdout)["promised"] == report["promised"]
    promised = {row["promised"]: row for row in report["promised"]}
    assert promised[0.01]["threshold"] == pytest.approx(0.5955, abs=0.001)
    assert promised[0.1]["fmr"]["value"] == pytest.approx(0.1, abs=0.06)
    # Too few to say a rate: neither 0 nor another.
    assert promised[1e-5]["false_matches"] < 10 and promised[1e-5]["fmr"] is None
    plain = visavis("calibrate", "--images", photos, "--cache", cache).stdout
    assert "25 persons" in plain and "1e-01" in plain and "FNMR" in plain


def test_folders_are_persons(visavis, photos, cache, tmp_path):
    flat = json.loads(visavis("calibrate", "--json", "--images", photos, "--cache", cache).stdout)
    for picture in photos.iterdir():
        folder = tmp_path / "people" / ("the " + picture.stem.rsplit("_", 1)[0])
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, folder / (picture.stem.rsplit("_", 1)[1] + ".jpg"))
    nested = json.loads(visavis("calibrate", "--json", "--images", tmp_path / "people").stdout)
    assert nested == flat


def test_groups(visavis, photos, cache, tmp_path):
    names = sorted(picture.name for picture in photos.iterdir())
    groups = tmp_path / "groups.csv"
    rows = [f"{name},{'first' if i < 30 else 'second'}" for i, name in enumerate(names)] + [f"{names[0]},second"]
    groups.write_text("picture,group\n" + "\n".join(rows) + "\n", "utf-8")
    arguments = ("calibrate", "--images", photos, "--cache", cache, "--groups", groups)
    report = json.loads(visavis(*arguments, "--json").stdout)
    assert set(report["groups"]) == {"first", "second"}
    parts = report["groups"].values()
    assert sum(part["pictures"] for part in parts) in (report["pictures"], report["pictures"] + 1)
    assert all(part["rows"][0]["threshold"] == report["rows"][0]["threshold"] for part in parts)
    assert "group second" in visavis(*arguments).stdout


def test_pictures_that_are_left_out_are_told(visavis, photos, cache, tmp_path):
    some = tmp_path / "some"
    shutil.copytree(photos, some)
    (some / "Damaged_0001.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    names = sorted(picture.name for picture in photos.iterdir())
    groups = tmp_path / "groups.csv"
    groups.write_text(f"picture,group\n{names[0]},a\nmistyped.jpg,a\n../{names[1]},a\n", "utf-8")
    done = visavis("calibrate", "--images", some, "--groups", groups, "--json")
    assert json.loads(done.stdout)["unreadable"] == 1
    assert "cannot be read and are left out: 1" in done.stderr and "Damaged_0001.jpg" in done.stderr
    assert "not in the folder: 2" in done.stderr and "mistyped.jpg" in done.stderr
    assert json.loads(done.stdout)["groups"]["a"]["pictures"] <= 1
    groups.write_text(f"picture,group\n{names[0]}, \n", "utf-8")
    assert "line 2" in visavis("calibrate", "--images", some, "--groups", groups, code=FAILED).stderr


def test_the_table_takes_the_place_of_nothing(visavis, photos, cache, tmp_path):
    """A path that was mistyped may be that of a gallery or of a photo. Asked before the work."""
    start = ("calibrate", "--images", photos, "--cache", cache, "-o")
    there = tmp_path / "people.vav"
    there.write_bytes(b"a gallery")
    done = visavis(*start, there, code=FAILED)
    assert "exists already: --force" in done.stderr and there.read_bytes() == b"a gallery" and not done.stdout
    picture = next(photos.iterdir())
    before = picture.read_bytes()
    os.mkfifo(tmp_path / "pipe")
    for place in (picture, tmp_path, tmp_path / "pipe", "/dev/null", "/dev/stdout", cache):
        assert not visavis(*start, place, "--force", code=WRONG_USE).stdout
    assert picture.read_bytes() == before and stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert "no such folder" in visavis(*start, tmp_path / "none" / "table", code=FAILED).stderr
    visavis(*start, there, "--force")
    assert json.loads(there.read_text("utf-8"))["set"] == "dlib"
    gallery = tmp_path / "gallery.vav"
    gallery.write_bytes(b"SQLite format 3\0 and so on")
    assert "is a gallery" in visavis(*start, gallery, "--force", code=WRONG_USE).stderr
    assert gallery.read_bytes().startswith(b"SQLite")


def test_a_table_that_is_gone_fails_what_decides_alone(visavis, gallery_of, photo, tmp_path):
    """Who must be locked out now is locked out, whatever the environment names."""
    gallery = gallery_of(tmp_path / "people.vav", Obama="obama.jpg")
    gone = {"env": {**os.environ, "VISAVIS_CALIBRATION": str(tmp_path / "gone.json")}}
    visavis("person", "edit", "-g", gallery, "id:1", "--disable", **gone)
    for command in (["person", "list"], ["gallery", "check"], ["audit", "list"]):
        visavis(*command, "-g", gallery, **gone)
    told = visavis("doctor", code=FAILED, json=True, **gone)[0]
    assert "VISAVIS_CALIBRATION" in told["problems"][0]
    for command in (["identify", "-g", gallery, photo("obama.jpg")], ["gallery", "info", "-g", gallery]):
        done = visavis(*command, code=FAILED, **gone)
        assert "gone.json: there is no such file" in done.stderr and "VISAVIS_CALIBRATION" in done.stderr
        assert not done.stdout


def test_what_it_refuses(visavis, photos, cache, tmp_path):
    visavis("calibrate", code=WRONG_USE)
    visavis("calibrate", "--images", tmp_path / "none", code=WRONG_USE)
    (tmp_path / "empty").mkdir()
    assert "no picture" in visavis("calibrate", "--images", tmp_path / "empty", code=FAILED).stderr
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(next(photos.iterdir()), alone)
    assert "at least two" in visavis("calibrate", "--images", alone, code=FAILED).stderr
    (tmp_path / "g.csv").write_text("a,b\n1,2\n", "utf-8")
    done = visavis("calibrate", "--images", photos, "--cache", cache, "--groups", tmp_path / "g.csv", code=FAILED)
    assert "picture and group" in done.stderr
