"""`visavis eval identify` on a part of real photos: what the presets promise, and what it refuses."""
import shutil

import pytest

FAILED, WRONG_USE = 3, 2


@pytest.fixture(scope="module")
def photos(pictures_by_person, tmp_path_factory):
    """20 persons with two pictures, and 20 with one."""
    folder = tmp_path_factory.mktemp("photos")
    for count in (2, 1):
        for pictures in [some for some in pictures_by_person if len(some) == count][:20]:
            for picture in pictures:
                shutil.copy(picture, folder)
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache") / "embeddings"


def test_rates_of_searches(visavis, photos, cache, tmp_path):
    page = tmp_path / "page.HTML"
    [report] = visavis("eval", "identify", "--images", photos, "--cache", cache, "--report", page, json=True)
    shown = page.read_text("utf-8")
    assert shown.count("<svg") == 2 and shown.count("<polyline") == 8
    assert report["set"] == "dlib" and report["photos"] == 1 and report["draws"] == 20
    assert [gallery["persons"] for gallery in report["galleries"]] == [10, report["galleries"][-1]["persons"]]
    assert 15 <= report["galleries"][-1]["persons"] <= 20
    for gallery in report["galleries"]:
        presets = gallery["presets"]
        assert presets["door"]["threshold"] < presets["standard"]["threshold"] < presets["photos"]["threshold"]
        assert presets["compat"]["threshold"] == 0.6
        for one in presets.values():
            for rate in (one["fpir"], one["fnir"]):
                assert 0 <= rate["low"] <= rate["mean"] <= rate["high"] <= 1
        assert presets["standard"]["fpir"]["mean"] <= 0.05 <= presets["compat"]["fpir"]["mean"]
        missed = [presets[name]["fnir"]["mean"] for name in ("compat", "standard", "door")]
        assert missed == sorted(missed)
    report["ms_per_picture"] = None  # of the cache
    assert visavis("eval", "identify", "--images", photos, "--cache", cache, json=True) == [report]
    plain = visavis("eval", "identify", "--images", photos, "--cache", cache, "--persons", "10").stdout
    assert "10 persons, 1 photo of each" in plain and "strangers named" in plain


def test_several_photos_of_each(visavis, photos, cache):
    arguments = ("eval", "identify", "--images", photos, "--cache", cache, "--photos", "2", "--persons", "5")
    [report] = visavis(*arguments, json=True)
    [gallery] = report["galleries"]
    assert gallery["searches_of_enrolled"] == 0 and gallery["presets"]["standard"]["fnir"] is None
    assert gallery["presets"]["standard"]["fpir"]["mean"] <= 0.05


def test_what_it_refuses(visavis, photos, cache, tmp_path):
    visavis("eval", "identify", code=WRONG_USE)
    visavis("eval", "identify", "--images", tmp_path / "none", code=WRONG_USE)
    arguments = ("eval", "identify", "--images", photos, "--cache", cache)
    for size in ("0", "-1", "many", "1e3"):
        visavis(*arguments, f"--persons={size}", code=WRONG_USE)
    assert "at most" in visavis(*arguments, "--persons", "1000", code=FAILED).stderr
    assert "too few persons" in visavis(*arguments, "--photos", "50", code=FAILED).stderr
    (tmp_path / "empty").mkdir()
    assert "no picture" in visavis("eval", "identify", "--images", tmp_path / "empty", code=FAILED).stderr


def test_pictures_that_cannot_be_read_are_told(visavis, photos, tmp_path):
    some = tmp_path / "some"
    shutil.copytree(photos, some)
    (some / "Damaged_0001.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    done = visavis("eval", "identify", "--images", some, "--persons", "2", "--json")
    assert '"unreadable":1' in done.stdout and "Damaged_0001.jpg" in done.stderr
