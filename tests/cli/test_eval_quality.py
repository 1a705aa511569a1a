"""`visavis eval quality` on a part of real photos: curves that a cache does not change, and what it refuses."""
import re
import shutil

import pytest

FAILED, WRONG_USE = 3, 2


@pytest.fixture(scope="module")
def photos(pictures_by_person, tmp_path_factory):
    """25 persons with two pictures."""
    folder = tmp_path_factory.mktemp("photos")
    for pictures in [some for some in pictures_by_person if len(some) == 2][:25]:
        for picture in pictures:
            shutil.copy(picture, folder)
    return folder


def test_curves(visavis, photos, tmp_path):
    arguments = ("eval", "quality", "--images", photos, "--cache", tmp_path / "cache", "--threshold", "0.5")
    visavis("eval", "identify", "--images", photos, "--cache", tmp_path / "cache")  # a cache without measures
    [report] = visavis(*arguments, json=True)
    assert report["left_out"] == [0, 0.05, 0.1, 0.2, 0.3] and report["threshold"] == 0.5
    assert 15 <= report["genuine"] <= 25 and 0 < report["missed"] < report["genuine"]
    assert len(report["fnmr"]) == 19 and report["fnmr"]["natural_colour"] is None  # the pictures are grey
    assert report["fnmr"]["head_pose_pitch"] is None
    for rates in report["fnmr"].values():
        assert rates is None or (rates[0] == report["missed"] / report["genuine"] and len(rates) == 5)
    assert report["ms_per_picture"] > 1
    assert visavis(*arguments, json=True) == [{**report, "ms_per_picture": None}]
    plain = visavis(*arguments, "--report", tmp_path / "page.html").stdout
    shown = (tmp_path / "page.html").read_text("utf-8")
    assert shown.count("<polyline") == 6 and "all together" in shown
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', shown).groups())
    for x, y, name in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="start">([^<]+)<', shown):
        assert float(x) + 7 * len(name) < width and float(y) < height  # nothing is cut off
    assert "all together" in plain and "not evaluated" in plain and "threshold 0.5000" in plain


def test_what_it_refuses(visavis, photo, photos, tmp_path):
    visavis("eval", "quality", code=WRONG_USE)
    visavis("eval", "quality", "--images", photos, "--threshold", "7", code=WRONG_USE)
    shutil.copy(photo("obama.jpg"), tmp_path)
    assert "two photos" in visavis("eval", "quality", "--images", tmp_path, code=FAILED).stderr
