"""enroll, identify, verify, person and gallery: what they print, what they leave in the gallery, how they end."""
import shutil
import signal
import sqlite3
import struct
import time
import zlib

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def png(width, height):
    """A grey picture without a face."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = (b"\0" + b"\x80" * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@pytest.fixture
def gallery(tmp_path):
    """A path whose letters a careless program would trip over."""
    return tmp_path / "Menschen é 試.vav"


@pytest.fixture(scope="session")
def enrolled(visavis, photo, tmp_path_factory):
    """Obama with two templates (id 1) and Biden with one (id 2)."""
    path = tmp_path_factory.mktemp("enrolled") / "people.vav"
    visavis("enroll", "-g", path, "--name", "Obama", "--external-id", "POTUS 44", photo("obama.jpg"),
            photo("obama2.jpg"))
    visavis("enroll", "-g", path, "--name", "Biden", photo("biden.jpg"))
    return path


@pytest.fixture
def people(enrolled, gallery):
    """A copy of it that the test may change: a gallery nobody has open is one file."""
    assert [path.name for path in enrolled.parent.iterdir()] == [enrolled.name]
    shutil.copy(enrolled, gallery)
    return gallery


def persons(visavis, gallery):
    return {line["name"]: line["templates"] for line in visavis("person", "list", "-g", gallery, json=True)}


# ---- enroll ----

def test_each_sub_folder_is_a_person(visavis, photo, gallery, tmp_path):
    folder = tmp_path / "photos"
    for person, pictures in {"Barack Obama": ["obama.jpg", "obama2.jpg"], "Joe Bïden": ["biden.jpg"]}.items():
        (folder / person).mkdir(parents=True)
        for picture in pictures:
            shutil.copy(photo(picture), folder / person)
    (folder / "Barack Obama" / "wall.png").write_bytes(png(300, 300))
    (folder / "Barack Obama" / "letter.jpg").write_text("no picture")
    (folder / "Barack Obama" / "notes.txt").write_text("not looked at")
    (folder / "Nobody").mkdir()

    *lines, last = visavis("enroll", "-g", gallery, folder, json=True)

    by_image = {line["image"]: line for line in lines}
    assert len(by_image) == 6
    obama = by_image[str(folder / "Barack Obama" / "obama.jpg")]
    assert obama["status"] == "enrolled"
    assert obama["person"]["name"] == "Barack Obama"
    assert obama["face"]["box"]["left"] < obama["face"]["box"]["right"]
    assert by_image[str(folder / "Barack Obama" / "wall.png")]["reason"] == "no_face"
    assert by_image[str(folder / "Barack Obama" / "letter.jpg")]["reason"] == "unreadable"
    assert by_image[str(folder / "Nobody")]["reason"] == "no_picture"
    summary = last["summary"]
    assert (summary["persons"], summary["persons_added"], summary["templates"]) == (2, 2, 3)
    assert len(summary["refused"]) == 3
    assert persons(visavis, gallery) == {"Barack Obama": 2, "Joe Bïden": 1}


def test_a_file_is_a_person_named_by_its_stem(visavis, photo, gallery):
    visavis("enroll", "-g", gallery, photo("biden.jpg"))
    assert persons(visavis, gallery) == {"biden": 1}


def test_the_summary_says_what_was_refused_and_why(visavis, photo, gallery, tmp_path):
    (tmp_path / "wall.png").write_bytes(png(300, 300))
    done = visavis("enroll", "-g", gallery, photo("biden.jpg"), tmp_path / "wall.png")
    assert "Enrolled 1 template of 1 person (1 new)" in done.stdout
    assert (f"{tmp_path / 'wall.png'}: no face found "
            "(for faces smaller than 72 px, as in group photos, try --min-face 36") in done.stdout
    quiet = visavis("enroll", "-q", "-g", gallery, photo("biden.jpg"), tmp_path / "wall.png")
    assert quiet.stdout == ""
    assert "no face found" in quiet.stderr


def test_nothing_enrolled_is_a_failure_and_adds_nobody(visavis, gallery, tmp_path):
    (tmp_path / "wall.png").write_bytes(png(300, 300))
    visavis("enroll", "-g", gallery, tmp_path / "wall.png", code=FAILED)
    assert not gallery.exists()  # a gallery is made when the first face is there


def test_enrolling_again_changes_nothing(visavis, photo, people):
    *lines, last = visavis("enroll", "-g", people, "--name", "Obama", photo("obama.jpg"), photo("obama2.jpg"),
                           json=True)
    assert [line["status"] for line in lines] == ["already_enrolled"] * 2
    assert last["summary"]["already_enrolled"] == 2
    assert persons(visavis, people) == {"Obama": 2, "Biden": 1}


def test_the_same_picture_twice_is_one_template(visavis, photo, gallery):
    visavis("enroll", "-g", gallery, "--name", "Biden", photo("biden.jpg"), photo("biden.jpg"))
    assert persons(visavis, gallery) == {"Biden": 1}


def test_a_name_in_the_gallery_gets_more_templates(visavis, photo, people):
    visavis("enroll", "-g", people, "--name", "Obama", photo("obama3.jpg"))
    assert persons(visavis, people) == {"Obama": 3, "Biden": 1}


def test_several_persons_of_one_name_need_an_id(visavis, photo, people):
    visavis("person", "rename", "-g", people, "2", "Obama")
    done = visavis("enroll", "-g", people, "--name", "Obama", photo("obama3.jpg"), code=FAILED)
    assert "--person id:N" in done.stderr
    visavis("enroll", "-g", people, "--person", "1", photo("obama3.jpg"))
    assert [line["templates"] for line in visavis("person", "list", "-g", people, json=True)] == [3, 1]


def test_an_external_id_means_one_person(visavis, photo, people):
    done = visavis("enroll", "-g", people, "--name", "Biden", "--external-id", "POTUS 44", photo("biden.jpg"),
                   code=FAILED)
    assert "belongs to Obama (id 1)" in done.stderr
    visavis("enroll", "-g", people, "--name", "Obama", "--external-id", "another", photo("obama3.jpg"))
    lines = visavis("person", "list", "-g", people, "--name", "Obama", json=True)
    assert [(line["external_id"], line["templates"]) for line in lines] == [("POTUS 44", 2), ("another", 1)]


def test_of_several_faces_the_largest_only_when_asked(visavis, shared, gallery):
    group = shared("photos") / "2008_002506.jpg"
    [line, _] = visavis("enroll", "-g", gallery, "--name", "Ada", group, json=True, code=FAILED)
    assert line["reason"] == "several_faces"
    assert line["message"] == "3 faces; use --largest"
    [line, _] = visavis("enroll", "-g", gallery, "--name", "Ada", "--largest", group, json=True)
    assert line["status"] == "enrolled"


def test_ctrl_c_leaves_whole_persons(visavis, shared, gallery, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for picture in sorted((shared("lfw-dev") / "images").iterdir())[:140]:  # more than one batch
        shutil.copy(picture, folder)
    with visavis.start("enroll", "--json", "-g", gallery, folder) as process:
        process.stdout.readline()  # the first batch is in the gallery
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=120)[0]
    assert process.returncode == INTERRUPTED
    assert '"summary"' in rest.splitlines()[-1]
    visavis("gallery", "check", "-g", gallery)
    there = persons(visavis, gallery)
    assert 0 < len(there) < 140
    assert set(there.values()) == {1}


def test_ctrl_c_says_how_many_are_written(visavis, shared, gallery, tmp_path):
    """In plain output, too."""
    folder = tmp_path / "many"
    folder.mkdir()
    for picture in sorted((shared("lfw-dev") / "images").iterdir())[:140]:
        shutil.copy(picture, folder)
    with visavis.start("enroll", "-g", gallery, folder) as process:
        while not gallery.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout = process.communicate(timeout=120)[0]
    assert process.returncode == INTERRUPTED
    there = persons(visavis, gallery)
    assert f"Enrolled {len(there)} templates of {len(there)} persons ({len(there)} new)" in stdout


def test_wrong_use_of_enroll(visavis, photo, gallery):
    picture = photo("biden.jpg")
    visavis("enroll", picture, code=WRONG_USE)
    visavis("enroll", "-g", gallery, code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--external-id", "1", picture, code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--name", "", picture, code=WRONG_USE)
    visavis("enroll", "-g", gallery, "--name", "A", "--person", "1", picture, code=WRONG_USE)
    assert not gallery.exists()


def test_a_path_may_begin_with_a_dash(visavis, photo, gallery, tmp_path):
    shutil.copy(photo("biden.jpg"), tmp_path / "-dash.jpg")
    visavis("enroll", "-g", gallery, "--", "-dash.jpg", cwd=tmp_path)
    assert persons(visavis, gallery) == {"-dash": 1}


# ---- identify and verify ----

def test_identify_tells_who_it_is(visavis, photo, people):
    [line] = visavis("identify", "-g", people, photo("obama3.jpg"), json=True)
    assert line["image"] == str(photo("obama3.jpg"))
    assert (line["width"], line["height"]) == (1434, 2333)
    [face] = line["faces"]
    assert face["decision"] == "match"
    assert face["person"] == {"id": 1, "name": "Obama"}
    assert 0 < face["distance"] < face["threshold"] < 0.6
    assert face["false_rate_is"] == "measured" and 0 < face["false_rate"] <= 0.01
    assert [c["id"] for c in face["candidates"]] == [1, 2]
    assert face["candidates"][0]["distance"] == face["distance"] < face["candidates"][1]["distance"]
    assert set(face["box"]) == {"left", "top", "right", "bottom"}


def test_identify_says_unknown(visavis, photo, gallery):
    visavis("enroll", "-g", gallery, "--name", "Biden", photo("biden.jpg"))
    [line] = visavis("identify", "-g", gallery, photo("obama3.jpg"), json=True, code=NEGATIVE)
    [face] = line["faces"]
    assert face["decision"] == "unknown"
    assert face["person"] is None
    assert face["candidates"][0]["name"] == "Biden"
    plain = visavis("identify", "-g", gallery, photo("obama3.jpg"), code=NEGATIVE).stdout
    assert "unknown" in plain and "Biden" not in plain  # no stranger is named
    nearest = visavis("identify", "--show-nearest", "-g", gallery, photo("obama3.jpg"), code=NEGATIVE).stdout
    assert "unknown; nearest is Biden (id 1)" in nearest


def test_identify_says_by_its_exit_code_whether_anybody_is_known(visavis, photo, people, tmp_path):
    """`visavis identify … && open` must not open to strangers."""
    (tmp_path / "wall.png").write_bytes(png(300, 300))
    (tmp_path / "bad.jpg").write_text("no picture")
    stranger, known = photo("biden.jpg"), photo("obama3.jpg")
    visavis("person", "remove", "-g", people, "Biden")
    for pictures, code in [([known], DONE), ([stranger], NEGATIVE), ([tmp_path / "wall.png"], NEGATIVE),
                           ([stranger, known], DONE), ([tmp_path / "bad.jpg"], FAILED),
                           ([tmp_path / "bad.jpg", known], FAILED), ([tmp_path / "bad.jpg", stranger], FAILED)]:
        visavis("identify", "-g", people, *pictures, code=code)


def test_verify_and_compare_say_by_their_exit_codes(visavis, photo, people, tmp_path):
    (tmp_path / "wall.png").write_bytes(png(300, 300))
    wall = tmp_path / "wall.png"
    for picture, code in [(photo("obama3.jpg"), DONE), (photo("biden.jpg"), NEGATIVE), (wall, FAILED)]:
        visavis("verify", "-g", people, "--person", "Obama", picture, code=code)
        visavis("compare", photo("obama.jpg"), picture, code=code)


def test_identify_honours_threshold_and_k(visavis, photo, people):
    [line] = visavis("identify", "-g", people, "--threshold", "0.1", "-k", "1", photo("obama3.jpg"), json=True,
                     code=NEGATIVE)
    [face] = line["faces"]
    assert face["decision"] == "unknown"
    assert face["threshold"] == 0.1
    assert len(face["candidates"]) == 1


def test_identify_goes_on_after_a_bad_picture(visavis, photo, people, tmp_path):
    (tmp_path / "bad.jpg").write_text("no picture")
    done = visavis("identify", "-g", people, tmp_path / "bad.jpg", tmp_path / "none.jpg", photo("biden.jpg"),
                   code=FAILED)
    assert "Biden (id 2)" in done.stdout
    assert "bad.jpg" in done.stderr and "none.jpg" in done.stderr


def test_a_missing_gallery_is_an_error_and_never_created(visavis, photo, gallery):
    for command in (["identify", photo("biden.jpg")], ["verify", "--person", "1", photo("biden.jpg")],
                    ["person", "list"], ["person", "remove", "1"], ["gallery", "info"], ["gallery", "check"],
                    ["enroll", "--person", "1", photo("biden.jpg")]):
        done = visavis(*command, "-g", gallery, code=FAILED)
        assert gallery.name in done.stderr
        assert not gallery.exists()


@pytest.mark.parametrize("person", ["1", "Obama", "ext:POTUS 44"])
def test_verify_answers_with_its_exit_code(visavis, photo, people, person):
    [same] = visavis("verify", "-g", people, "--person", person, photo("obama3.jpg"), json=True, code=DONE)
    assert same["same"] is True
    assert same["person"] == {"id": 1, "name": "Obama"}
    assert same["distance"] <= same["threshold"] < 0.6 and same["decision"] == "match"
    [other] = visavis("verify", "-g", people, "--person", person, photo("biden.jpg"), json=True, code=NEGATIVE)
    assert other["same"] is False
    assert other["distance"] > 0.6


def test_verify_without_an_answer_is_a_failure(visavis, photo, people, tmp_path):
    (tmp_path / "wall.png").write_bytes(png(300, 300))
    assert "no face" in visavis("verify", "-g", people, "--person", "1", tmp_path / "wall.png", code=FAILED).stderr
    for person in ("99", "Ada", "ext:99", "99999999999999999999999"):
        assert "no person" in visavis("verify", "-g", people, "--person", person, photo("biden.jpg"),
                                      code=FAILED).stderr


# ---- person and gallery ----

def test_person_list_in_pages(visavis, people):
    first = visavis("person", "list", "-g", people, "--limit", "1", json=True)
    rest = visavis("person", "list", "-g", people, "--after", first[0]["id"], json=True)
    assert [line["name"] for line in first + rest] == ["Obama", "Biden"]
    assert first[0]["external_id"] == "POTUS 44" and rest[0]["external_id"] is None
    assert visavis("person", "list", "-g", people, "--name", "Biden", json=True) == rest


def test_person_show_has_the_templates(visavis, people):
    [line] = visavis("person", "show", "-g", people, "Obama", json=True)
    assert line["id"] == 1
    assert [template["source"] for template in line["templates"]] == ["obama.jpg", "obama2.jpg"]
    assert all(template["quality"] is None for template in line["templates"])
    assert "obama2.jpg" in visavis("person", "show", "-g", people, "ext:POTUS 44").stdout


def test_person_rename_and_remove(visavis, people):
    [line] = visavis("person", "rename", "-g", people, "Biden", "Joe Bïden", json=True)
    assert (line["id"], line["name"]) == (2, "Joe Bïden")
    [line] = visavis("person", "remove", "-g", people, "1", json=True)  # not a terminal: not asked
    assert line["removed"] == {"id": 1, "name": "Obama", "templates": 2}
    assert persons(visavis, people) == {"Joe Bïden": 1}


def test_person_remove_is_all_or_nothing(visavis, people):
    visavis("person", "remove", "-g", people, "1", "Nobody", code=FAILED)
    assert persons(visavis, people) == {"Obama": 2, "Biden": 1}


def test_gallery_info_and_check(visavis, people):
    [line] = visavis("gallery", "info", "-g", people, json=True)
    assert (line["persons"], line["templates"]) == (2, 3)
    assert line["model_sha256"] == "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
    assert visavis("gallery", "check", "-g", people, json=True) == [
        {"gallery": str(people), "sound": True, "problems": []}]


def test_gallery_check_finds_damage(visavis, people):
    with sqlite3.connect(people) as database:
        database.execute("UPDATE template SET embedding = ? WHERE id = 1", (b"\xff" * 512,))  # all NaN
    database.close()
    [line] = visavis("gallery", "check", "-g", people, json=True, code=FAILED)
    assert line["sound"] is False
    assert len(line["problems"]) == 1
    assert line["problems"][0] in visavis("gallery", "check", "-g", people, code=FAILED).stdout


def test_a_file_that_is_no_gallery_is_refused(visavis, photo, gallery):
    gallery.write_text("not a gallery " * 100)
    for command in (["identify", photo("biden.jpg")], ["enroll", photo("biden.jpg")], ["gallery", "check"]):
        visavis(*command, "-g", gallery, code=FAILED)
    assert gallery.read_text() == "not a gallery " * 100
