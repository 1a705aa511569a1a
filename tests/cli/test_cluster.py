"""`visavis cluster` on real photos: persons, numbers and names that last, a gallery's persons, a table that is none."""
import csv
import shutil

import pytest

FAILED, WRONG_USE = 3, 2


@pytest.fixture(scope="module")
def photos(photo, tmp_path_factory):
    """Two persons with two pictures each, one with one, and a file that is no picture."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("obama.jpg", "obama2.jpg", "biden.jpg"):
        shutil.copy(photo(name), folder)
    (folder / "notes.txt").write_text("no picture")
    return folder


def rows(table):
    with open(table, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(table, lines):
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)


def test_persons(visavis, photos):
    *faces, summary = visavis("cluster", "--threshold", "0.6", photos, json=True)
    persons = {face["image"].rsplit("/", 1)[1]: face["person"] for face in faces}
    assert persons == {"biden.jpg": 1, "obama.jpg": 2, "obama2.jpg": 2}
    assert summary["faces"] == 3 and summary["threshold"] == 0.6 and summary["refused"] == []
    assert [one["path"].rsplit("/", 1)[1] for one in summary["skipped"]] == ["notes.txt"]
    plain = visavis("cluster", "--threshold", "0.6", photos).stdout.splitlines()
    assert plain[0] == "person 2: 2 faces" and plain[1].startswith(f"  {photos}/obama.jpg: face ")
    assert plain[3:] == ["1 person with one face each"]
    *_, summary = visavis("cluster", photos, json=True)
    assert summary["false_rate"] == pytest.approx(0.02, abs=0.011) and summary["comparisons"] == 2


def test_a_table_keeps_numbers_and_names(visavis, photo, photos, tmp_path):
    table, some = tmp_path / "täble.csv", tmp_path / "some"
    shutil.copytree(photos, some)
    visavis("cluster", "--threshold", "0.6", some, "--table", table)
    before = rows(table)
    assert [one["person"] for one in before] == ["1", "2", "2"] and {one["name"] for one in before} == {""}
    before[1]["person"], before[2]["person"] = "7", "7"  # as another run could have numbered them
    before[1]["name"] = 'Zoë, "the first"'
    write(table, before)
    shutil.copy(photo("obama3.jpg"), some / "a.jpg")
    visavis("cluster", "--threshold", "0.6", some, "--table", table)
    after = {one["image"].rsplit("/", 1)[1]: (one["person"], one["name"]) for one in rows(table)}
    assert after["obama.jpg"] == after["obama2.jpg"] == after["a.jpg"] == ("7", 'Zoë, "the first"')
    assert after["biden.jpg"] == ("1", "")
    # Another name beside one face is told, and kept; pictures that are not given keep their rows.
    lines = rows(table)
    next(one for one in lines if one["image"].endswith("obama2.jpg"))["name"] = "Eve"
    write(table, lines)
    told = visavis("cluster", "--threshold", "0.6", some / "biden.jpg", "--table", table).stderr
    assert "person 7 has several names" in told and "'Eve' (1)" in told
    assert len(rows(table)) == 4 and "Eve" in {one["name"] for one in rows(table)}
    (some / "a.jpg").unlink()
    visavis("cluster", "--threshold", "0.6", some / "biden.jpg", "--table", table)
    assert len(rows(table)) == 3


def test_persons_of_a_gallery(visavis, photo, photos, tmp_path):
    people = tmp_path / "people.vav"
    visavis("enroll", "-g", people, "--name", "Barack", photo("obama3.jpg"))
    *faces, _ = visavis("cluster", "--threshold", "0.6", "-g", people, photos, json=True)
    found = {face["image"].rsplit("/", 1)[1]: (face["person"], face["name"], face["gallery_id"]) for face in faces}
    assert found == {"biden.jpg": (1, None, None), "obama.jpg": (None, "Barack", 1), "obama2.jpg": (None, "Barack", 1)}


def test_what_it_refuses(visavis, photos, tmp_path):
    visavis("cluster", code=WRONG_USE)
    visavis("cluster", photos, "--threshold", "7", code=WRONG_USE)
    table = tmp_path / "mine.csv"
    for text, said in (("name,phone\nAda,3\n", "no table"), ("", "empty"),
                       ("person,name,image,face,left,top,right,bottom,gallery_id\nx,,a.jpg,1,0,0,1,1,\n", "line 2"),
                       ("person,name,image,face,left,top,right,bottom,gallery_id\n1,,a.jpg,0,0,0,1,1,\n", "line 2")):
        table.write_text(text, encoding="utf-8")
        assert said in visavis("cluster", photos, "--table", table, code=FAILED).stderr
        assert table.read_text(encoding="utf-8") == text
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xffnothing")
    done = visavis("cluster", "--threshold", "0.6", photos, tmp_path / "bad.jpg", code=FAILED)
    assert "bad.jpg" in done.stderr and "person 1: 2 faces" in done.stdout.replace("person 2", "person 1")
