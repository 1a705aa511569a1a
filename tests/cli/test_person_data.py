"""person merge, template remove, export and list; gallery restore."""

import shutil

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.fixture(scope="module")
def enrolled(visavis, photo, tmp_path_factory):
    path = tmp_path_factory.mktemp("enrolled") / "people.vav"
    visavis("enroll", "-g", path, "--name", "Obama", photo("obama.jpg"), photo("obama2.jpg"))
    visavis("enroll", "-g", path, "--name", "Biden", photo("biden.jpg"))
    visavis("enroll", "-g", path, "--name", "Barack", "--external-id", "44", photo("obama3.jpg"))
    return path


@pytest.fixture
def gallery(enrolled, tmp_path):
    """Obama (1) with two templates, Biden (2), Barack (3): Obama once more."""
    return shutil.copy(enrolled, tmp_path)


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
    done = visavis("person", "merge", "-g", gallery, "Biden", "Obama", "--force-different")
    assert done.stdout.endswith(" templates.\n") and "\\n" not in done.stdout
    assert persons(visavis, gallery) == {"Obama": 4}


@pytest.mark.parametrize("edit, key, value", [
    (["--disable"], "enabled", False),
    (["--valid-from", "2999-01-01T00:00Z"], "valid_from", "2999-01-01T00:00:00.000Z"),
    (["--valid-until", "2020-01-01T00:00Z"], "valid_until", "2020-01-01T00:00:00.000Z"),
    (["--expires", "2020-01-01T00:00Z"], "expires_at", "2020-01-01T00:00:00.000Z"),
])
@pytest.mark.parametrize("limited, other", [("Barack", "Obama"), ("Obama", "Barack")])
def test_merge_lets_nobody_in(visavis, gallery, photo, edit, key, value, limited, other):
    """Whichever of the two goes: of each limit the stricter one stays, and the groups open nothing."""
    visavis("person", "edit", "-g", gallery, limited, *edit, "--join", "staff")
    before = visavis("person", "show", "-g", gallery, "Obama", json=True)[0]["updated_at"]
    [line] = visavis("person", "merge", "-g", gallery, "Barack", "Obama", json=True)
    assert line[key] == value and line["groups"] == ["staff"] and line["updated_at"] > before
    assert line["stricter"] == ([key] if limited == "Barack" else [])
    visavis("verify", "-g", gallery, "--person", "Obama", "--group", "staff", photo("obama3.jpg"), code=NEGATIVE)
    visavis("identify", "-g", gallery, photo("obama3.jpg"), code=NEGATIVE)


def test_merge_keeps_the_stricter_of_two_times_and_says_what_is_lost(visavis, gallery):
    visavis("person", "edit", "-g", gallery, "Obama", "--valid-from", "2020-01-01T00:00Z", "--valid-until",
            "2999-01-01T00:00Z", "--expires", "2998-01-01T00:00Z", "--external-id", "potus", "--consent", "form 1")
    visavis("person", "edit", "-g", gallery, "Barack", "--valid-from", "2021-01-01T00:00Z", "--valid-until",
            "2998-06-01T00:00Z", "--expires", "2999-01-01T00:00Z", "--consent", "form 2", "--metadata", '{"a": 1}')
    done = visavis("person", "merge", "-q", "-g", gallery, "Barack", "Obama")
    assert done.stdout == "" and "valid from 2021-" in done.stderr and "valid until 2998-06" in done.stderr
    assert "expires" not in done.stderr
    assert "external id '44' of Barack" in done.stderr and "'form 2'" in done.stderr and '{"a": 1}' in done.stderr
    [line] = visavis("person", "show", "-g", gallery, "Obama", json=True)
    assert (line["external_id"], line["consent_ref"], line["metadata"]) == ("potus", "form 1", {})
    assert [line[key][:4] for key in ("valid_from", "valid_until", "expires_at")] == ["2021", "2998", "2998"]


def test_merge_of_two_who_are_never_valid_together(visavis, gallery):
    visavis("person", "edit", "-g", gallery, "Obama", "--valid-until", "2020-01-01T00:00Z")
    visavis("person", "edit", "-g", gallery, "Barack", "--valid-from", "2021-01-01T00:00Z")
    assert "never valid" in visavis("person", "merge", "-g", gallery, "Barack", "Obama", code=FAILED).stderr
    assert persons(visavis, gallery) == {"Obama": 2, "Biden": 1, "Barack": 1}


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
    removed = ada["templates"][0]["id"]
    visavis("person", "template", "remove", "-g", gallery, removed)
    [ada] = visavis("person", "export", "-g", gallery, "Obama", json=True)
    assert [entry["event"] for entry in ada["audit"]] == ["verify", "remove"] and ada["audit"][1]["template"] == removed
    assert f"template {removed}" in visavis("audit", "list", "-g", gallery).stdout.splitlines()[-1]


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
