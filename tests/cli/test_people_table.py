"""`visavis enroll --csv`: a gallery as a table of people says, run again, tried first, and told in a report."""
import csv
import shutil

import pytest

FAILED, WRONG_USE = 3, 2
HEAD = "name,external_id,groups,valid_until,enabled,metadata.badge,consent\n"


@pytest.fixture
def office(photo, tmp_path):
    """Two people with photos, in a folder of their own."""
    photos = tmp_path / "phötos"
    photos.mkdir()
    for name, to in (("obama.jpg", "E1.jpg"), ("obama2.jpg", "E1 (2).jpg"), ("biden.jpg", "E2.jpg")):
        shutil.copy(photo(name), photos / to)
    (tmp_path / "people.csv").write_text(HEAD + 'Barack Obama,E1,"staff; board",2099-12-31,,77,form 1\n'
                                         "Joe Biden,E2,staff,,,78,\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def enroll(visavis, office):
    def run(*more, **how):
        return visavis("--timezone", "UTC", "enroll", "-g", office / "g.vav", "--csv", office / "people.csv",
                       "--photos", office / "phötos", *more, **how)
    return run


def person(visavis, office, who):
    [one] = visavis("person", "show", "-g", office / "g.vav", who, json=True)
    return one


def test_a_table_is_enrolled_and_run_again(visavis, office, enroll):
    *people, last = enroll(json=True)
    assert [(one["status"], one["id"], len(one["pictures"])) for one in people] == [("added", 1, 2), ("added", 2, 1)]
    assert {one["status"] for each in people for one in each["pictures"]} == {"enrolled"}
    assert last["summary"]["rows"] == {"added": 2} and last["summary"]["not_in_table"] == 0
    first = person(visavis, office, "ext:E1")
    assert sorted(first["groups"]) == ["board", "staff"] and first["consent_ref"] == "form 1"
    assert first["metadata"] == {"badge": "77"} and first["valid_until"] == "2100-01-01T00:00:00.000Z"
    # Nothing has changed.
    *people, _ = enroll(json=True)
    assert {one["status"] for one in people} == {"unchanged"} and people[0]["changed"] == []
    assert person(visavis, office, "ext:E1") == first
    # Somebody marries and leaves, and somebody who is not in the table is left alone.
    visavis("enroll", "-g", office / "g.vav", "--name", "Guest", "--force-different", office / "phötos" / "E2.jpg")
    (office / "people.csv").write_text(HEAD + "Barack H. Obama,E1,board,,no,,form 2\n", encoding="utf-8")
    [changed, last] = enroll(json=True)
    assert changed["status"] == "changed" and last["summary"]["not_in_table"] == 2
    assert sorted(changed["changed"]) == ["consent", "enabled", "groups", "metadata", "name", "valid_until"]
    after = person(visavis, office, "ext:E1")
    assert after["id"] == 1 and after["name"] == "Barack H. Obama" and not after["enabled"] and after["metadata"] == {}
    assert after["groups"] == ["board"] and after["valid_until"] is None


def test_what_is_wrong_is_refused_and_the_rest_enrolled(visavis, office, enroll, photo):
    shutil.copy(photo("biden.jpg"), office / "phötos" / "E9.jpg")
    with (office / "people.csv").open("a", encoding="utf-8") as table:
        table.write("Nobody,E4,,,,,\nLate,E9,,31.12.2026,,,\nMaybe,E9,,,perhaps,,\nAgain,E2,,,,,\n,E8,,,,,\n")
    *people, last = enroll(json=True)
    assert [one["status"] for one in people] == ["added"] + 6 * ["refused"]
    assert [one.get("reason") for one in people[1:]] == ["bad_row", "no_picture"] + 4 * ["bad_row"]
    # Of two rows for one person nobody knows which one is right.
    assert "line 7" in people[1]["message"]
    assert "valid_until" in people[3]["message"] and "enabled" in people[4]["message"]
    assert "line 3" in people[5]["message"] and "name" in people[6]["message"]
    assert last["summary"]["unused_pictures"] == [] or len(last["summary"]["unused_pictures"]) == 1
    [info] = visavis("gallery", "info", "-g", office / "g.vav", json=True)
    assert info["persons"] == 1  # who cannot be let out again is not let in


def test_a_row_that_the_gallery_refuses_leaves_the_others(visavis, office, enroll):
    (office / "people.csv").write_text("name,external_id,valid_from,valid_until\nJoe,E2,,\n"
                                       "Barack,E1,2099-01-01,2098-01-01\n", encoding="utf-8")
    *people, _ = enroll(json=True)
    assert [one["status"] for one in people] == ["added", "refused"] and people[1]["reason"] == "bad_row"
    assert people[1]["message"] == "valid_from is not before valid_until"
    assert [one["name"] for one in visavis("person", "list", "-g", office / "g.vav", json=True)] == ["Joe"]


def test_nobody_gets_the_name_of_another(visavis, office, enroll):
    """Ids that were given to others, or a column that was sorted by itself; and somebody else of the same name."""
    table, photos = office / "people.csv", office / "phötos"
    table.write_text("name,external_id,photo\nBarack,E1,E1.jpg\nJoe,,E2.jpg\n", encoding="utf-8")
    enroll()
    before = [person(visavis, office, who) for who in ("id:1", "id:2")]
    table.write_text("name,external_id,photo,enabled\nEve,E1,E2.jpg,\nJoe,E2,E1.jpg,No\n", encoding="utf-8")
    for more in (["--dry-run"], []):
        *people, last = enroll(*more, code=FAILED, json=True)
        told = [(one["status"], one["reason"], one["id"]) for one in people]
        assert told == 2 * [("refused", "different_face", None)]
        assert "Barack (id 1)" in people[0]["message"] and "Joe (id 2)" in people[1]["message"]
        assert last["summary"]["not_in_table"] == 0  # refused, but there
    assert [person(visavis, office, who) for who in ("id:1", "id:2")] == before
    # So it is where no table is: a namesake's id goes to nobody else.
    visavis("enroll", "-g", office / "g.vav", "--name", "Joe", "--external-id", "E2", photos / "E1.jpg", code=FAILED)
    assert person(visavis, office, "id:2") == before[1]
    # A photo that shows the person, or none that shows another, leaves no doubt.
    table.write_text("name,external_id,photo,enabled\nEve,E1,E1.jpg;E2.jpg,\nJoe,E2,gone.jpg,NO\n", encoding="utf-8")
    *people, _ = enroll(json=True)
    assert [(one["status"], one["id"]) for one in people] == [("changed", 1), ("changed", 2)]
    assert person(visavis, office, "ext:E1")["name"] == "Eve" and not person(visavis, office, "ext:E2")["enabled"]


def test_a_trial_writes_nothing(visavis, office, enroll):
    report = office / "report.csv"
    told = enroll("--dry-run", "--report", report)
    assert "Nothing was written" in told.stdout and not (office / "g.vav").exists()
    assert [one["status"] for one in csv.DictReader(report.open(encoding="utf-8"))].count("enrolled") == 3
    enroll()
    before = (office / "g.vav").read_bytes()
    (office / "people.csv").write_text(HEAD + "Barack,E1,,,no,,\n", encoding="utf-8")
    [one, _] = enroll("--dry-run", json=True)
    assert one["status"] == "changed" and "enabled" in one["changed"]
    assert person(visavis, office, "ext:E1")["enabled"] and (office / "g.vav").read_bytes() == before


def test_reports(office, enroll):
    (office / "phötos" / "E2.jpg").write_bytes(b"no picture")
    with (office / "people.csv").open("a", encoding="utf-8") as table:
        table.write("=1+1,<b>E7</b>,,,,,\n")
    enroll("--report", office / "report.html")
    page = (office / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 2 and "&lt;b&gt;E7" in page and "<b>E7" not in page
    assert "People: 1 added, 2 refused. Photos: 2 enrolled, 1 refused." in page
    assert "unreadable" in page and (office / "report.html").stat().st_mode & 0o777 == 0o600
    assert "exists already" in enroll("--report", office / "report.html", code=FAILED).stderr
    enroll("--report", office / "report.csv")
    rows = list(csv.DictReader((office / "report.csv").open(encoding="utf-8")))
    assert rows[-1]["name"] == "'=1+1" and rows[-1]["reason"] == "no_picture"
    assert [one["status"] for one in rows[:3]] == ["unchanged", "already_enrolled", "already_enrolled"]


def test_photos_are_named_by_the_table(visavis, office):
    table = office / "own.csv"
    for cell, said in (("../secret.jpg", "not within"), ("/etc/passwd", "not within"), ("gone.jpg", "gone.jpg")):
        table.write_text(f"name,photo\nEve,{cell}\n", encoding="utf-8")
        assert said in visavis("enroll", "-g", office / "g.vav", "--csv", table, code=FAILED).stdout
    table.write_text("name,photo\nJoe,phötos/E2.jpg\nBarack,phötos/E1.jpg; phötos/E1 (2).jpg\n", encoding="utf-8")
    *people, _ = visavis("enroll", "-g", office / "g.vav", "--csv", table, json=True)
    assert [(one["status"], len(one["pictures"])) for one in people] == [("added", 1), ("added", 2)]


def test_wrong_use(visavis, office):
    table, gallery = office / "people.csv", office / "g.vav"
    visavis("enroll", "-g", gallery, code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--csv", table, office / "phötos", code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--dry-run", office / "phötos", code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--csv", table, "--report", "r.txt", code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--csv", table, "--photos", office / "gone", code=WRONG_USE)
    for text, said in (("name,valid_untill\nAda,\n", "valid_untill"), ("external_id\nE1\n", "'name'"),
                       ("name\n", "nobody"), ("", "empty")):
        table.write_text(text, encoding="utf-8")
        assert said in visavis("enroll", "-g", gallery, "--csv", table, code=FAILED).stderr
    assert not gallery.exists()
