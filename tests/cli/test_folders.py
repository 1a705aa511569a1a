"""One folder that cannot be used, or one name that nobody can have, stops nobody else."""
import ctypes
import os
import shutil

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


def without_the_right():
    """What root may all the same is taken away from the process to come; others have nothing to lose."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture
def people(photo, tmp_path):
    """people("Ada", …) is a folder with a sub-folder of that name, which holds a picture, and an empty one."""
    def make(*names):
        for name in names:
            folder = os.path.join(os.fsencode(tmp_path / "people"), name if isinstance(name, bytes) else name.encode())
            os.makedirs(folder)
            shutil.copy(photo("obama.jpg"), os.path.join(folder, b"1.jpg"))
        return tmp_path / "people"
    return make


@pytest.mark.parametrize("name", [" ", "\u200b", "\u3000", b"B\xffb"])
def test_a_folder_whose_name_is_nobodys(visavis, photo, people, tmp_path, name):
    folder = people("Ada", name)
    shutil.copy(photo("biden.jpg"), folder / " .jpg")
    *_, last = visavis("enroll", "-g", tmp_path / "g.vav", folder, json=True)
    assert last["summary"]["persons_added"] == 1 and last["summary"]["named_by_file"] == 0
    assert [one["reason"] for one in last["summary"]["refused"]] == ["bad_name", "bad_name"]
    assert all("rename it" in one["message"] for one in last["summary"]["refused"])
    [ada] = visavis("person", "list", "-g", tmp_path / "g.vav", json=True)
    assert ada["name"] == "Ada"


def test_nobody_has_a_name(visavis, people, tmp_path):
    done = visavis("enroll", "-g", tmp_path / "g.vav", people(" "), code=FAILED)
    assert str(tmp_path / "people" / " ") in done.stderr and not (tmp_path / "g.vav").exists()


def test_a_folder_that_cannot_be_read(visavis, photo, people, tmp_path):
    folder, gallery = people("Ada", "Bo"), tmp_path / "g.vav"
    (folder / "Bo").chmod(0)
    try:
        *_, last = visavis("enroll", "-g", gallery, folder, json=True, preexec_fn=without_the_right)
        assert [(one["image"], one["reason"]) for one in last["summary"]["refused"]] == [
            (str(folder / "Bo"), "unreadable")]
        assert last["summary"]["persons_added"] == 1
        for command in (["detect"], ["embed"], ["identify", "-g", gallery]):
            lines = visavis(*command, "--recursive", folder, json=True, code=FAILED, preexec_fn=without_the_right)
            assert [line["image"] for line in lines] == [str(folder / "Bo"), str(folder / "Ada" / "1.jpg")]
            assert "Permission denied" in lines[0]["error"]["message"] and len(lines[1]["faces"]) == 1
        done = visavis("detect", folder / "Bo", photo("biden.jpg"), code=FAILED, preexec_fn=without_the_right)
        assert "cannot read the folder" in done.stderr and "1 of 1" in done.stdout
    finally:
        (folder / "Bo").chmod(0o755)


def test_an_empty_folder_among_others(visavis, photo, tmp_path):
    (tmp_path / "empty").mkdir()
    gallery, obama = tmp_path / "g.vav", photo("obama.jpg")
    for command in (["--name", "Obama"], []):
        *_, last = visavis("enroll", "-g", gallery, *command, tmp_path / "empty", obama, json=True)
        assert [one["reason"] for one in last["summary"]["refused"]] == ["no_picture"]
    assert visavis("person", "list", "-g", gallery, json=True)[1]["name"] == "obama"
    for command in (["detect"], ["embed"], ["identify", "-g", gallery]):
        lines = visavis(*command, tmp_path / "empty", obama, json=True, code=FAILED)
        assert "no picture in this folder" in lines[0]["error"]["message"] and lines[1]["image"] == str(obama)
