"""gallery migrate: from one set of models to another by the photos of the people, interrupted and resumed."""
import shutil
import signal

import pytest
from conftest import wait_until_it_has_computed

NEGATIVE, WRONG_USE, FAILED, INTERRUPTED = 1, 2, 3, 130
TO = ["--to", "opencv-zoo"]
ZOO = ["--model-set", "opencv-zoo"]


@pytest.fixture(scope="module")
def sets(visavis):
    listed = visavis(*ZOO, "models", "list", json=True)
    if not all(line["path"] for line in listed if line["set"] == "opencv-zoo" and not line["optional"]):
        pytest.skip("no models of opencv-zoo here: run `visavis models fetch --set opencv-zoo`")
    return visavis


@pytest.fixture(scope="module")
def given(sets, photo, tmp_path_factory):
    """A folder for each person; the photos of both have the same names. And a gallery of it."""
    folder = tmp_path_factory.mktemp("given")
    for name, files in {"Obama": ["obama.jpg", "obama2.jpg"], "Biden": ["biden.jpg"]}.items():
        (folder / "photos" / name).mkdir(parents=True)
        for number, file in enumerate(files):
            shutil.copy(photo(file), folder / "photos" / name / f"{number}.jpg")
    sets("enroll", "-g", folder / "people.vav", folder / "photos")
    return folder


@pytest.fixture
def photos(given, tmp_path):
    return shutil.copytree(given / "photos", tmp_path / "photos")


@pytest.fixture
def gallery(given, tmp_path):
    return shutil.copy(given / "people.vav", tmp_path)


def who(command, gallery, picture, *options, code=0):
    [line] = command(*options, "identify", "-g", gallery, picture, json=True, code=code)
    return line["faces"][0]["person"]["name"] if code == 0 else None


def summary(lines):
    return lines[-1]["summary"]


def test_everybody_is_found_again(sets, gallery, photos, photo):
    before = sets("person", "list", "-g", gallery, json=True)
    lines = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, json=True)
    assert [line["status"] for line in lines[:-1]] == ["staged"] * 3
    assert all(line["image"].split("/")[-2] == line["person"]["name"] for line in lines[:-1]), "the right one of two"
    assert all(line["distance"] < 1e-3 for line in lines[:-1])
    assert summary(lines) == {"gallery": str(gallery), "to": "opencv-zoo", "moved": True, "staged": 3,
                              "already_staged": 0, "templates": 3, "failed": [], "left_behind": 0,
                              "persons_without_template": []}
    assert sets(*ZOO, "person", "list", "-g", gallery, json=True) == before
    assert who(sets, gallery, photo("obama3.jpg"), *ZOO) == "Obama"
    assert who(sets, gallery, photo("biden.jpg"), *ZOO) == "Biden"
    refused = sets("--model-set", "dlib", "identify", "-g", gallery, photo("obama.jpg"), code=FAILED)
    assert "opencv-zoo" in refused.stderr
    assert sets(*ZOO, "gallery", "check", "-g", gallery, json=True)[0]["sound"]
    again = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos)
    assert "already" in again.stdout, "killed at its end, the same command is done"


def test_the_embeddings_are_those_of_an_enrolment(sets, gallery, photos):
    sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos)
    lines = sets(*ZOO, "enroll", "-g", gallery, photos, json=True)
    assert summary(lines)["already_enrolled"] == 3


def test_who_cannot_be_embedded_anew_is_listed_and_stays(sets, gallery, photos, photo):
    shutil.copy(photo("obama3.jpg"), photos / "Biden/0.jpg")  # somebody else under his name
    (photos / "Obama/1.jpg").unlink()
    lines = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, json=True, code=FAILED)
    reasons = {(line["person"]["name"], line["reason"]) for line in summary(lines)["failed"]}
    assert reasons == {("Biden", "different_face"), ("Obama", "not_found")}
    assert not summary(lines)["moved"] and summary(lines)["staged"] == 1
    assert who(sets, gallery, photo("biden.jpg")) == "Biden", "the present models go on to answer"
    [info] = sets("gallery", "info", "-g", gallery, json=True)
    assert info["moving"] and info["staged"] == 1
    assert info["moving_to"]["set"] == "opencv-zoo" and len(info["moving_to"]["model_sha256"]) == 64
    assert "cosine" in info["moving_to"]["recipe"]
    assert "to opencv-zoo: 1 of 3" in sets("gallery", "info", "-g", gallery).stdout
    told = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, code=FAILED)
    assert "Biden (id" in told.stderr and "somebody else" in told.stderr and "has not moved" in told.stderr
    lines = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, "--leave-behind", json=True)
    assert summary(lines)["moved"] and summary(lines)["left_behind"] == 2 and summary(lines)["already_staged"] == 1
    assert [person["name"] for person in summary(lines)["persons_without_template"]] == ["Biden"]
    people = sets(*ZOO, "person", "list", "-g", gallery, json=True)
    assert {person["name"]: person["templates"] for person in people} == {"Obama": 1, "Biden": 0}


@pytest.mark.parametrize("what", ["a link to nothing", "a disk that fails", "a folder that is not there"])
def test_nobody_is_left_behind_for_what_could_not_be_read(sets, gallery, photos, photo, what):
    picture, more = photos / "Biden/0.jpg", []
    kept = picture.read_bytes()
    picture.unlink()
    if what == "a link to nothing":  # to a server that is away, say
        picture.symlink_to("/nowhere/0.jpg")
    elif what == "a disk that fails":
        picture.symlink_to("/proc/self/mem")
    else:
        more = ["--photos", photos / "gone"]
    command = ["gallery", "migrate", "-g", gallery, *TO, "--photos", photos, *more, "--leave-behind"]
    done = sets(*command, code=FAILED)
    assert "nobody is left behind" in done.stderr and "has not moved" in done.stderr
    if not more:
        lines = sets(*command, json=True, code=FAILED)
        assert [one["reason"] for one in summary(lines)["failed"]] == ["unavailable"]
        picture.unlink()
    picture.write_bytes(kept)
    sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, "--leave-behind")
    assert who(sets, gallery, photo("biden.jpg"), *ZOO) == "Biden"


def test_the_right_face_of_a_group_is_taken(sets, gallery, photos, photo, tmp_path):
    image = pytest.importorskip("PIL.Image")
    faces = [image.open(photo(name)) for name in ("obama.jpg", "biden.jpg")]
    both = image.new("RGB", (sum(face.width for face in faces), max(face.height for face in faces)))
    both.paste(faces[0], (0, 0))
    both.paste(faces[1], (faces[0].width, 0))
    shutil.rmtree(photos)
    (tmp_path / "group").mkdir()
    both.save(tmp_path / "group/0.jpg", quality=95)
    sets("gallery", "migrate", "-g", gallery, *TO, "--photos", tmp_path / "group", "--leave-behind")
    assert who(sets, gallery, photo("obama3.jpg"), *ZOO) == "Obama"
    assert who(sets, gallery, photo("biden.jpg"), *ZOO) == "Biden"


def test_kept_chips_need_no_photos(sets, photos, photo, tmp_path):
    path = tmp_path / "kept.vav"
    sets("enroll", "-g", path, "--keep-chips", photos)
    assert sets("gallery", "info", "-g", path, json=True)[0]["kept_chips"] == 3
    assert "3 templates are kept" in sets("gallery", "info", "-g", path).stdout
    sets("person", "merge", "-g", path, "name:Biden", "name:Obama", "--force-different")
    assert sets("gallery", "info", "-g", path, json=True)[0]["kept_chips"] == 3
    lines = sets("gallery", "migrate", "-g", path, *TO, json=True)
    assert summary(lines)["moved"] and all(line["kept_chip"] for line in lines[:-1])
    assert who(sets, path, photo("biden.jpg"), *ZOO) == "Obama"
    back = sets(*ZOO, "gallery", "migrate", "-g", path, "--to", "dlib", json=True)
    assert summary(back)["moved"], "and back"
    assert who(sets, path, photo("biden.jpg")) == "Obama"
    sets("gallery", "export", "-g", path, tmp_path / "export")
    sets("gallery", "import", "-g", tmp_path / "copy.vav", tmp_path / "export")
    assert sets("gallery", "info", "-g", tmp_path / "copy.vav", json=True)[0]["kept_chips"] == 0
    assert sets("gallery", "remove-chips", "-g", path, json=True) == [{"gallery": str(path), "removed": 3}]
    assert sets("gallery", "info", "-g", path, json=True)[0]["kept_chips"] == 0


def test_what_is_said_of_photos_does_not_hold_for_kept_chips(sets, photos, photo, tmp_path):
    path = tmp_path / "kept.vav"
    photos_only = ["--min-face", "300", "--roi", "0,0,400,600"]
    sets("enroll", "-g", path, "--keep-chips", photos)
    lines = sets(*photos_only, "gallery", "migrate", "-g", path, *TO, json=True)
    assert summary(lines)["moved"] and all(line["kept_chip"] for line in lines[:-1])


def test_staged_only_and_cancelled(sets, gallery, photos, photo):
    done = sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, "--stage-only")
    assert "3 of 3 templates are staged" in done.stdout
    assert who(sets, gallery, photo("biden.jpg")) == "Biden"
    other = sets("gallery", "migrate", "-g", gallery, "--to", "dlib-1", code=FAILED).stderr
    assert "a move to opencv-zoo is under way" in other
    assert sets("gallery", "migrate", "-g", gallery, "--cancel", json=True) == [{"gallery": str(gallery), "removed": 3}]
    [info] = sets("gallery", "info", "-g", gallery, json=True)
    assert not info["moving"] and info["moving_to"] is None
    sets("gallery", "migrate", "-g", gallery, *TO, "--photos", photos, "--stage-only")
    sets("person", "remove", "-g", gallery, "name:Biden")
    assert sets("gallery", "info", "-g", gallery, json=True)[0]["staged"] == 2
    lines = sets("gallery", "migrate", "-g", gallery, *TO, json=True)  # all are staged: no photos are needed
    assert summary(lines)["moved"] and summary(lines)["already_staged"] == 2


def test_a_gallery_without_templates_moves(sets, gallery, photos):
    for template in (1, 2, 3):
        sets("person", "template", "remove", "-g", gallery, template)
    lines = sets("gallery", "migrate", "-g", gallery, *TO, json=True)
    assert summary(lines)["moved"] and summary(lines)["templates"] == 0
    assert {person["name"] for person in sets(*ZOO, "person", "list", "-g", gallery, json=True)} == {"Biden", "Obama"}


def test_wrong_use(sets, gallery, photos):
    def refused(*options):
        return sets(*options, code=WRONG_USE).stderr
    assert "--to" in refused("gallery", "migrate", "-g", gallery, "--photos", photos)
    assert "of dlib already" in sets("gallery", "migrate", "-g", gallery, "--to", "dlib").stdout
    assert "name the other one" in refused(*ZOO, "gallery", "migrate", "-g", gallery, *TO)
    assert "alone" in refused("gallery", "migrate", "-g", gallery, *TO, "--cancel")
    assert "--stage-only" in refused("gallery", "migrate", "-g", gallery, *TO, "--stage-only", "--leave-behind")
    assert "nothing" in refused("gallery", "migrate", "-g", gallery, "--to", "nothing")


def test_an_encrypted_gallery_and_its_audit_log(sets, photos, photo, tmp_path):
    (tmp_path / "key").write_bytes(bytes(range(32)))
    unlock, path = ["--unlock", f"file:{tmp_path / 'key'}"], tmp_path / "secret.vav"
    sets(*unlock, "enroll", "-g", path, photos)
    sets(*unlock, "audit", "on", "-g", path)
    sets(*unlock, "gallery", "migrate", "-g", path, *TO, "--photos", photos)
    assert who(sets, path, photo("biden.jpg"), *unlock, *ZOO) == "Biden"
    entries = sets(*unlock, *ZOO, "audit", "list", "-g", path, json=True)
    [move] = [entry for entry in entries if entry["event"] == "move"]
    assert move["recipe"].startswith("chip=150") and "opencv-zoo" in move["recipe"].split(" -> ")[1]
    assert "move" in sets(*unlock, *ZOO, "audit", "list", "-g", path).stdout
    sets(*unlock, *ZOO, "gallery", "rekey", "-g", path, "--reencrypt")
    sets(*unlock, *ZOO, "gallery", "check", "-g", path)


@pytest.fixture(scope="module")
def many(sets, lfw, tmp_path_factory):
    """More than are staged together, and a gallery of them."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "photos").mkdir()
    for image in sorted((lfw / "images").iterdir())[:70]:
        shutil.copy(image, folder / "photos")
    sets("enroll", "-g", folder / "people.vav", folder / "photos")
    return folder


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_anywhere_it_goes_on(sets, many, tmp_path, how):
    path = shutil.copy(many / "people.vav", tmp_path)
    images = sorted((many / "photos").iterdir())
    people = sets("person", "list", "-g", path, json=True)
    command = ["gallery", "migrate", "-g", path, *TO, "--photos", many / "photos", "--leave-behind"]
    stops = 0
    for seconds in (0.3, 1.5):
        process = sets.start("--threads", "1", *command)
        wait_until_it_has_computed(process, seconds)
        stops += process.poll() is None
        process.send_signal(how)
        process.communicate(timeout=60)
        assert process.returncode in (0, -how, INTERRUPTED)
        if process.returncode == 0:
            break
        assert sets("gallery", "check", "-g", path, json=True)[0]["sound"]
        assert sets("person", "list", "-g", path, json=True) == people
    assert stops > 0
    sets(*command)
    sets(*ZOO, "gallery", "check", "-g", path)
    moved = sets(*ZOO, "person", "list", "-g", path, json=True)
    assert [person["id"] for person in moved] == [person["id"] for person in people]
    assert sum(person["templates"] for person in moved) >= 0.97 * len(people)
    assert who(sets, path, images[10], *ZOO) == images[10].stem
