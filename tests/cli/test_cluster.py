"""`visavis cluster` on real photos: persons, numbers and names that last, a gallery's persons, a table that is none."""
import csv
import os
import shutil

from PIL import Image

import pytest

FAILED, WRONG_USE = 3, 2
HEAD = "person,name,image,face,left,top,right,bottom,gallery_id\n"


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


@pytest.fixture
def pair(photo, tmp_path):
    """A picture of two people and a table in which each has a name."""
    (tmp_path / "in").mkdir()
    both = Image.new("RGB", (800, 400))
    for at, name in enumerate(("biden.jpg", "obama2.jpg")):
        one = Image.open(photo(name))
        both.paste(one.resize((400, 400 * one.height // one.width)), (400 * at, 0))
    both.save(tmp_path / "in/both.png")
    return tmp_path


def names(table):
    """By where the face lies."""
    return {("left" if int(one["left"]) < 400 else "right", one["name"]) for one in rows(table)}


def test_names_stay_with_their_faces(visavis, pair, tmp_path):
    table, link = pair / "people.csv", pair / "link.csv"
    visavis("cluster", "in/both.png", "--table", table, cwd=pair)
    assert table.stat().st_mode & 0o777 == 0o600  # who is in which picture
    table.chmod(0o640)
    lines = rows(table)
    assert len(lines) == 2
    for one in lines:
        one["name"] = "Joe" if int(one["left"]) < 400 else "=Barack"
    write(table, lines)
    wanted = {("left", "Joe"), ("right", "=Barack")}
    link.symlink_to(table)
    (pair / f".{table.name}.0123abcd.part").write_text("what a killed run has left")
    # Another order of the faces, one that is not found, and a path that means something else: from another folder.
    visavis("cluster", pair / "in", pair / "in" / ".." / "in" / "both.png", "--roi", "400,0,400,400", "--table", link)
    assert "'=Barack" in table.read_text(encoding="utf-8")  # no formula for programs for tables
    lines = rows(table)
    for one in lines:
        one["name"] = one["name"].lstrip("'")
    write(table, lines)
    assert names(table) == wanted and len(lines) == 2 and len({one["face"] for one in lines}) == 2
    assert link.is_symlink() and table.stat().st_mode & 0o777 == 0o640
    assert not list(pair.glob(".*.part"))
    # The path of a picture that somebody else is in now.
    Image.open(pair / "in/both.png").transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(pair / "in/both.png")
    told = visavis("cluster", "in", "--table", table, cwd=pair).stderr  # by another path
    assert "shows something else now (Joe)" in told and [name for _, name in names(table)] == ["", ""]


def test_names_that_are_written_meanwhile_are_not_lost(visavis, pair):
    table, pipe = pair / "people.csv", pair / "pipe"
    visavis("cluster", pair / "in/both.png", "--table", table)
    os.mkfifo(pipe)
    with visavis.start("cluster", pair / "in", pipe, "--table", table) as running:
        with open(pipe, "wb") as file:  # opened as soon as it waits for the picture
            lines = rows(table)
            lines[0]["name"], lines[0]["person"] = "Joe", "9"
            write(table, lines)
            file.write((pair / "in/both.png").read_bytes())
        assert running.wait() == 0, running.stderr.read()
    told = [(one["person"], one["name"]) for one in rows(table) if one["left"] == lines[0]["left"]]
    assert told == 2 * [("9", "Joe")]
    # The picture from the pipe was a copy: it goes without leaving its rows to the other one.
    pipe.unlink()
    people = pair / "people.vav"
    half = "0,0,400,400" if int(lines[0]["left"]) < 400 else "400,0,400,400"
    visavis("enroll", "-g", people, "--name", "Joseph", "--roi", half, pair / "in/both.png")
    said = visavis("cluster", pair / "in", "-g", people, "--table", table).stderr
    assert "the table calls face" in said and "'Joe', and the gallery 'Joseph', which is taken" in said
    assert len(rows(table)) == 2 and "Joseph" in {one["name"] for one in rows(table)}


def test_pictures_that_cannot_be_looked_at_keep_their_names(visavis, pair):
    table = pair / "people.csv"
    visavis("cluster", pair / "in/both.png", "--table", table)
    lines = [one | {"name": "Joe"} for one in rows(table)]
    write(table, lines)
    (pair / "in/both.png").write_bytes(b"\x89PNG broken")
    visavis("cluster", pair / "in", "--table", table, code=FAILED)
    assert [one["name"] for one in rows(table)] == ["Joe", "Joe"]
    (pair / "in").rename(pair / "unmounted")
    shutil.copy(pair / "unmounted/both.png", pair / "other.png")
    visavis("cluster", pair / "other.png", "--table", table, code=FAILED)
    assert [one["name"] for one in rows(table)] == ["Joe", "Joe"]


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
                       (HEAD + "x,,a.jpg,1,0,0,1,1,\n", "line 2"),
                       (HEAD + "1,,a.jpg,0,0,0,1,1,\n", "line 2"), (HEAD.replace(",", ";"), "commas"),
                       (HEAD + "1,\u200b,a.jpg,1,0,0,1,1,\n", "blank"),
                       (HEAD + "1,Ada,a.jpg,1,0,0,1,1,\n1,Eve,a.jpg,1,0,0,1,1,\n", "line 3: the face stands in line 2"),
                       (f"{HEAD}{2 ** 53},,a.jpg,1,0,0,1,1,\n", "smaller ones")):
        table.write_text(text, encoding="utf-8")
        assert said in visavis("cluster", photos, "--table", table, code=FAILED).stderr
        assert table.read_text(encoding="utf-8") == text
    table.write_bytes(HEAD.encode() + b"1,Zo\xeb,a.jpg,1,0,0,1,1,\n")
    assert "not UTF-8" in visavis("cluster", photos, "--table", table, code=FAILED).stderr
    (tmp_path / "people.vav").write_bytes(b"")
    visavis("cluster", photos, "--table", tmp_path / "people.vav-wal", code=WRONG_USE)
    visavis("calibrate", "--images", photos, "-o", tmp_path / "people.vav-wal", code=WRONG_USE)
    visavis("calibrate", "--images", photos, "--cache", tmp_path / "people.vav-journal", code=WRONG_USE)
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xffnothing")
    done = visavis("cluster", "--threshold", "0.6", photos, tmp_path / "bad.jpg", code=FAILED)
    assert "bad.jpg" in done.stderr and "person 1: 2 faces" in done.stdout.replace("person 2", "person 1")
