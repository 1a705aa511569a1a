"""person edit, groups, purge, duplicates, backup, export, import, compact: what they print and what they leave
behind."""
import json
import os
import stat

import pytest

from test_gallery_commands import DONE, FAILED, WRONG_USE, enrolled, gallery, people  # noqa: F401 (fixtures)


def the_person(visavis, gallery, who):
    return visavis("person", "show", "-g", gallery, who, json=True)[0]


def test_edit_says_who_may_be_found(visavis, people, photo):
    def found(*options, code=0):
        [line] = visavis("identify", "-g", people, *options, photo("obama3.jpg"), json=True, code=code)
        return [candidate["name"] for candidate in line["faces"][0]["candidates"]]

    assert found() == ["Obama", "Biden"]
    visavis("person", "edit", "-g", people, "Obama", "--disable", "--consent", "form 7",
            "--consent-at", "2026-01-31T00:00Z", "--join", "staff", "--join", "night")
    obama = the_person(visavis, people, "Obama")
    assert obama["enabled"] is False and obama["groups"] == ["staff", "night"]
    assert obama["consent_ref"] == "form 7" and obama["consent_at"] == "2026-01-31T00:00:00.000Z"
    assert found(code=1) == ["Biden"] and found("--include-inactive") == ["Obama", "Biden"]
    visavis("person", "edit", "-g", people, "Obama", "--enable", "--leave", "night", "--consent", "")
    assert found("--group", "staff") == ["Obama"] and found("--group", "night", code=1) == []
    assert the_person(visavis, people, "Obama")["consent_ref"] is None
    staff = visavis("person", "list", "-g", people, "--group", "staff", json=True)
    assert [line["name"] for line in staff] == ["Obama"]
    assert visavis("gallery", "groups", "-g", people, json=True) == [{"group": "staff", "persons": 1}]
    visavis("person", "edit", "-g", people, "Obama", "--valid-until", "2020-01-01T00:00:00Z")
    assert found(code=1) == ["Biden"]
    visavis("person", "edit", "-g", people, "Obama", "--valid-until", "none")
    found("--note-seen")
    assert the_person(visavis, people, "Obama")["last_seen_at"] is not None
    assert the_person(visavis, people, "Biden")["last_seen_at"] is None
    for wrong in "tomorrow", "2026-02-31", "2026-1-1x":
        visavis("person", "edit", "-g", people, "Obama", "--expires", wrong, code=WRONG_USE)


def test_purge(visavis, people):
    visavis("person", "edit", "-g", people, "Biden", "--expires", "2030-06-01")
    assert visavis("gallery", "purge", "-g", people, "--now", "2030-06-01", json=True)[0]["removed"] == 0
    assert visavis("gallery", "purge", "-g", people, "--now", "2030-06-02", json=True)[0]["removed"] == 1
    assert [line["name"] for line in visavis("person", "list", "-g", people, json=True)] == ["Obama"]


def test_the_same_face_twice_is_told(visavis, people, photo):
    *lines, _ = visavis("enroll", "-g", people, "--name", "Barry", photo("obama3.jpg"), json=True)
    assert [other["name"] for other in lines[0]["looks_like"]] == ["Obama"] and lines[0]["status"] == "enrolled"
    [pair] = visavis("gallery", "duplicates", "-g", people, json=True)
    assert [person["name"] for person in pair["persons"]] == ["Obama", "Barry"] and 0.2 < pair["distance"] < 0.5
    assert visavis("gallery", "duplicates", "-g", people, "--threshold", "0.1", json=True) == []


def test_backup_and_export_and_import(visavis, people, tmp_path):
    copy, exported, other = tmp_path / "copy.vav", tmp_path / "people.export", tmp_path / "other.vav"
    visavis("person", "edit", "-g", people, "Obama", "--join", "staff")
    visavis("gallery", "backup", "-g", people, copy)
    visavis("gallery", "export", "-g", people, exported)
    for path in copy, exported:
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        visavis("gallery", "backup", "-g", people, path, code=FAILED)
        visavis("gallery", "export", "-g", people, path, code=FAILED)
    visavis("gallery", "export", "-g", people, exported, "--force")
    assert the_person(visavis, copy, "Obama") == the_person(visavis, people, "Obama")
    [told] = visavis("gallery", "import", "-g", other, exported, json=True)
    assert (told["persons_added"], told["templates"]) == (2, 3)
    assert the_person(visavis, other, "Obama") == the_person(visavis, people, "Obama")
    visavis("gallery", "import", "-g", other, exported, code=FAILED)
    [told] = visavis("gallery", "import", "-g", other, exported, "--skip-known", json=True)
    assert told["persons_added"] == 1  # Biden, who has no external id
    exported.write_bytes(exported.read_bytes()[:-1])
    visavis("gallery", "import", "-g", other, exported, code=FAILED)
    assert visavis("gallery", "check", "-g", other, json=True)[0]["sound"]


def test_import_of_encodings(visavis, gallery, photo, tmp_path):
    numpy = pytest.importorskip("numpy")
    [line] = visavis("embed", photo("obama.jpg"), json=True)
    encoding = line["faces"][0]["embedding"]
    far = [-value for value in encoding]
    npz, text = tmp_path / "faces.npz", tmp_path / "faces.json"
    numpy.savez(npz, names=numpy.array(["Obama", "Élan 試", "Obama"], dtype=str),
                encodings=numpy.array([encoding, far, encoding[::-1]]))
    [told] = visavis("gallery", "import", "--force-different", "-g", gallery, npz, json=True)
    assert (told["persons_added"], told["templates"]) == (2, 3)
    [line] = visavis("identify", "-g", gallery, photo("obama.jpg"), json=True)
    assert line["faces"][0]["person"]["name"] == "Obama" and line["faces"][0]["distance"] < 1e-3
    text.write_text(json.dumps({"names": ["Obama", "Bo"], "encodings": [encoding, far]}))
    [told] = visavis("gallery", "import", "-g", gallery, text, json=True)
    assert (told["persons_added"], told["templates"]) == (1, 1)  # what is there already is left out
    numpy.savez(npz, names=numpy.array(["Obama", None], dtype=object), encodings=numpy.zeros((2, 128)))
    visavis("gallery", "import", "-g", gallery, npz, code=FAILED)
    for bad in b"", b"x", b"PK\x03\x04", b'{"names": ["a"], "encodings": [[1]]}':
        text.write_bytes(bad)
        visavis("gallery", "import", "-g", gallery, text, code=FAILED)
    assert len(visavis("person", "list", "-g", gallery, json=True)) == 3


def test_compact(visavis, people):
    for name in "Obama", "Biden":
        visavis("person", "remove", "-g", people, name, "--yes")
    [told] = visavis("gallery", "compact", "-g", people, json=True)
    assert told["bytes_after"] <= told["bytes_before"]
    assert visavis("gallery", "check", "-g", people, json=True)[0]["sound"]
