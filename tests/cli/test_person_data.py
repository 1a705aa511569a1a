"""person merge, template remove, export and list; gallery restore."""

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.fixture
def gallery(visavis, photo, tmp_path):
    """Obama (1) with two templates, Biden (2), Barack (3): Obama once more."""
    path = tmp_path / "people.vav"
    visavis("enroll", "-g", path, "--name", "Obama", photo("obama.jpg"), photo("obama2.jpg"))
    visavis("enroll", "-g", path, "--name", "Biden", photo("biden.jpg"))
    visavis("enroll", "-g", path, "--name", "Barack", "--external-id", "44", photo("obama3.jpg"))
    return path


def persons(visavis, gallery):
    return {line["name"]: line["templates"] for line in visavis("person", "list", "-g", gallery, json=True)}


def test_merge(visavis, gallery, photo):
    visavis("person", "edit", "-g", gallery, "Barack", "--join", "staff")
    done = visavis("person", "merge", "-g", gallery, "Biden", "Obama", code=FAILED)
    assert "--force-different" in done.stderr
    visavis("person", "merge", "-g", gallery, "Obama", "id:1", code=WRONG_USE)
    [line] = visavis("person", "merge", "-g", gallery, "Barack", "Obama", json=True)
    assert (line["id"], line["templates"], line["groups"], line["external_id"]) == (1, 3, ["staff"], "44")
    assert persons(visavis, gallery) == {"Obama": 3, "Biden": 1}
    sources = [t["source"] for t in visavis("person", "show", "-g", gallery, "1", json=True)[0]["templates"]]
    assert sources == ["obama.jpg", "obama2.jpg", "obama3.jpg"]
    visavis("person", "merge", "-g", gallery, "Biden", "Obama", "--force-different")
    assert persons(visavis, gallery) == {"Obama": 4}


def test_templates_are_removed_one_by_one(visavis, gallery):
    visavis("person", "template", "remove", "-g", gallery, "1", "99", code=FAILED)
    assert persons(visavis, gallery)["Obama"] == 2  # all or none
    assert "Removed the template 1" in visavis("person", "template", "remove", "-g", gallery, "1").stdout
    assert persons(visavis, gallery)["Obama"] == 1
    visavis("person", "template", "remove", "-g", gallery, "x", code=WRONG_USE)


def test_export_of_one_person(visavis, gallery, photo):
    visavis("audit", "on", "-g", gallery)
    visavis("verify", "-g", gallery, "--person", "Obama", photo("obama3.jpg"))
    [ada] = visavis("person", "export", "-g", gallery, "Obama", json=True)
    assert ada["name"] == "Obama" and [len(t["embedding"]) for t in ada["templates"]] == [128, 128]
    assert [entry["event"] for entry in ada["audit"]] == ["verify"]
    assert "Biden" not in str(ada)


def test_list_tells_the_state(visavis, gallery):
    visavis("person", "edit", "-g", gallery, "Obama", "--join", "staff", "--valid-until", "2020-01-01T00:00Z")
    visavis("person", "edit", "-g", gallery, "Biden", "--disable")
    visavis("person", "edit", "-g", gallery, "Barack", "--valid-from", "2999-01-01T00:00Z")
    obama, biden, barack = visavis("person", "list", "-g", gallery).stdout.splitlines()
    assert "group:staff" in obama and "until 2020-01-01T00:00:00.000Z" in obama and obama.endswith("no longer valid")
    assert biden.endswith("disabled") and barack.endswith("not yet valid") and "ext:44" in barack


def test_restore(visavis, gallery, tmp_path):
    backup = tmp_path / "monday.vav"
    visavis("gallery", "backup", "-g", gallery, backup)
    visavis("person", "remove", "-g", gallery, "Biden", "--yes")
    assert "--force" in visavis("gallery", "restore", "-g", gallery, backup, code=FAILED).stderr
    visavis("gallery", "restore", "-g", gallery, gallery, code=WRONG_USE)
    visavis("gallery", "restore", "-g", gallery, backup, "--force")
    assert persons(visavis, gallery)["Biden"] == 1
    visavis("gallery", "restore", "-g", tmp_path / "new.vav", backup)
    assert persons(visavis, tmp_path / "new.vav")["Biden"] == 1
    (tmp_path / "bad.vav").write_text("no gallery")
    visavis("gallery", "restore", "-g", gallery, tmp_path / "bad.vav", "--force", code=FAILED)
    assert persons(visavis, gallery)["Biden"] == 1
