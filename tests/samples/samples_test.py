"""Runs the C and C++ samples on real photos and a video."""
import re
import shutil

import pytest


@pytest.fixture
def gallery(folder):
    return folder / "people.vav"


@pytest.fixture
def enroll(sample, gallery):
    def enroll(name, photo):
        assert f"enrolled {name} as person " in sample("enroll_identify", gallery, name, photo).stdout
    return enroll


@pytest.fixture
def frames(photos, folder):
    """frames("a.jpg", "b.jpg") is a folder with these photos in this order."""
    def make(*names):
        made = folder / "frames"
        made.mkdir()
        for i, name in enumerate(names):
            shutil.copy(photos / name, made / f"{i:03}.jpg")
        return made
    return make


def test_verify_pair_tells_same_from_different(sample, photos):
    same = sample("verify_pair", photos / "obama.jpg", photos / "obama2.jpg")
    assert re.match(r"same person: distance 0\.3\d\d, threshold 0\.5\d ", same.stdout)
    different = sample("verify_pair", photos / "obama.jpg", photos / "biden.jpg", code=1)
    assert re.match(r"different people: distance 0\.8\d\d, threshold 0\.5\d ", different.stdout)


def test_verify_pair_says_what_is_wrong(sample, photos, folder):
    sample("verify_pair", code=2)
    missing = sample("verify_pair", folder / "none.jpg", photos / "obama.jpg", code=3)
    assert "VAV_E_FILE_NOT_FOUND" in missing.stderr and "none.jpg" in missing.stderr


def test_enroll_identify(sample, photos, gallery):
    done = sample("enroll_identify", gallery, "Barack Obama", photos / "obama.jpg", photos / "obama3.jpg",
                  photos / "biden.jpg")
    assert re.search(r"obama3\.jpg: face 0 is Barack Obama, distance 0\.3\d\d \(threshold 0\.5\d\)", done.stdout)
    assert "biden.jpg: face 0 is unknown (threshold 0.52)" in done.stdout
    again = sample("enroll_identify", gallery, "Barack Obama", photos / "obama2.jpg")
    assert "as person 1 " in again.stdout, "the same name is the same person"


def test_enroll_identify_refuses_another_face(sample, photos, gallery):
    sample("enroll_identify", gallery, "Barack Obama", photos / "obama.jpg")
    refused = sample("enroll_identify", gallery, "Barack Obama", photos / "biden.jpg", code=4)
    assert "another face than Barack Obama has" in refused.stderr


def test_enroll_identify_refuses_other_than_one_face(sample, shared, photos, gallery):
    refused = sample("enroll_identify", gallery, "Anyone", shared("photos/bald_guys.jpg"), code=4)
    assert re.search(r"bald_guys\.jpg: refused, it shows \d+ faces and not one", refused.stderr)


def test_door_grants_once(sample, enroll, gallery, photos, frames):
    enroll("Barack Obama", photos / "obama.jpg")
    seen = sample("door", gallery, frames("obama2.jpg", "obama3.jpg", "obama2.jpg", "obama3.jpg")).stdout
    assert seen.count("GRANT  Barack Obama, 3 of 5 frames") == 1, seen
    assert seen.count("relay open") == 1 and "DENY" not in seen, seen


def test_door_denies_a_stranger(sample, enroll, gallery, photos, frames):
    enroll("Joe Biden", photos / "biden.jpg")
    seen = sample("door", gallery, frames(*["obama2.jpg"] * 5)).stdout
    assert "DENY   unknown person, 5 of 5 frames" in seen and "relay open" not in seen, seen


def test_door_denies_on_every_error(sample, enroll, gallery, photos, frames, folder):
    assert "DENY   error: " in sample("door", gallery, folder, code=3).stdout
    assert not gallery.exists(), "a wrong path must not make an empty gallery"
    enroll("Barack Obama", photos / "obama.jpg")
    made = frames("obama2.jpg", "obama3.jpg")
    (made / "001a.jpg").write_bytes((photos / "obama2.jpg").read_bytes()[:5000])
    (made / "002.jpg").write_bytes((photos / "obama2.jpg").read_bytes())
    broken = sample("door", gallery, made, code=3).stdout
    assert "DENY   error: " in broken and "GRANT" not in broken, broken


def test_camera_identify_on_a_folder(sample, enroll, gallery, photos, frames):
    enroll("Barack Obama", photos / "obama.jpg")
    seen = sample("camera_identify", gallery, frames("obama2.jpg", "biden.jpg"), "--headless").stdout
    assert re.search(r"(?m)^ +0\.0 s  \+ Barack Obama, distance 0\.3\d$", seen), seen
    assert re.search(r"(?m)^ +0\.2 s  \+ unknown$", seen), seen


def test_camera_identify_and_door_on_a_video(sample, enroll, gallery, shared, photos):
    clip = shared("video/short_hamilton_clip.mp4")
    enroll("lin-manuel-miranda", clip.parent / "lin-manuel-miranda.png")
    seen = sample("camera_identify", gallery, clip, "--headless").stdout
    assert "+ lin-manuel-miranda, distance 0." in seen, seen
    assert re.search(r"(?m)^ +\d+\.\d s  - lin-manuel-miranda$", seen), seen
    assert "GRANT  lin-manuel-miranda, 3 of 5 frames" in sample("door", gallery, clip).stdout
