"""A gallery is there when there is something in it: what fails leaves none, and what only reads makes none."""
import hashlib
import json
import os
import shutil
import resource

import pytest

WRONG_USE, FAILED = 2, 3


def collection(path, persons):
    path.write_text(json.dumps({"names": [f"p{i}" for i in range(persons)],
                                "encodings": [[(i * 7 + k) % 11 / 50 for k in range(128)] for i in range(persons)]}))
    return path


def test_what_fails_leaves_no_gallery(visavis, tmp_path):
    gallery, nothing, bad = tmp_path / "new.vav", tmp_path / "ada.jpg", tmp_path / "bad"
    nothing.write_bytes(b"no picture")
    visavis("enroll", "-g", gallery, "--name", "Ada", nothing, code=FAILED)
    for content in (b"{}", b"visavis-export 1\n{}\n", b"visavis-export 1\n" + bytes(100)):
        bad.write_bytes(content)
        visavis("gallery", "import", "-g", gallery, bad, code=FAILED)
    visavis("gallery", "import", "-g", gallery, tmp_path / "none", code=FAILED)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada.jpg", "bad"]


def test_what_only_reads_makes_no_gallery(visavis, tmp_path):
    gallery = tmp_path / "none.vav"
    for verb in (("person", "list"), ("gallery", "info"), ("gallery", "check"), ("gallery", "compact")):
        visavis(*verb, "-g", gallery, code=FAILED)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_grow_is_a_full_disk(visavis, tmp_path):
    gallery = tmp_path / "people.vav"
    visavis("gallery", "import", "-g", gallery, collection(tmp_path / "c.json", 300))

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    for verb in (("export", tmp_path / "x"), ("backup", tmp_path / "b.vav")):
        done = visavis("gallery", verb[0], "-g", gallery, verb[1], code=FAILED, preexec_fn=small_files)
        assert "ulimit" in done.stderr or "large" in done.stderr, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["c.json", "people.vav"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_enrolment_that_fails_midway_says_what_is_in_the_gallery(visavis, photo, tmp_path, form):
    gallery, pictures = tmp_path / "people.vav", tmp_path / "pictures"
    visavis("enroll", "-g", gallery, "--name", "Biden", photo("biden.jpg"))
    pictures.mkdir()
    for i in range(12):
        shutil.copy(photo("obama.jpg"), pictures / f"P{i}.jpg")

    def small_files():  # its -shm file fits, a log of eight pages does not
        resource.setrlimit(resource.RLIMIT_FSIZE, (33_000, 33_000))

    arguments = ["--json"] * (form == "json") + ["enroll", "-g", gallery, pictures]
    done = visavis(*arguments, code=FAILED, preexec_fn=small_files)
    assert "ulimit" in done.stderr
    if form == "json":
        summary = json.loads(done.stdout.splitlines()[-2])["summary"]
        assert (summary["templates"], summary["persons_added"]) == (0, 0)
    else:
        assert f"Enrolled 0 templates of 0 persons (0 new) into {gallery}." in done.stdout
    assert visavis("gallery", "info", "-g", gallery, json=True)[0]["templates"] == 1


def test_what_was_not_made_is_not_said_to_be_filled(visavis, tmp_path):
    done = visavis("enroll", "-g", tmp_path / "none.vav", tmp_path / "nothing", code=FAILED)
    assert "Enrolled nothing; " in done.stdout and "was not made" in done.stdout
    assert not (tmp_path / "none.vav").exists()


@pytest.mark.parametrize("verb", ["export", "backup"])
def test_what_a_killed_command_left_is_removed_by_the_next(visavis, tmp_path, verb):
    gallery = tmp_path / "people.vav"
    visavis("gallery", "import", "-g", gallery, collection(tmp_path / "c.json", 3))
    name = "x.partial-01234567"
    left = tmp_path / (name + hashlib.sha256(f"a file in the making of Visavis: {name}".encode()).hexdigest()[:8])
    others = [tmp_path / "x.partial-abcdef", tmp_path / "x.partial-0123456789abcdef"]
    for path in (left, *others):
        path.write_bytes(b"names and faces")
        path.chmod(0o600)
    visavis("gallery", verb, "-g", gallery, tmp_path / "x")
    assert not left.exists() and all(path.exists() for path in others)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_nothing_is_written_where_a_gallery_keeps_its_log(visavis, tmp_path, end):
    gallery, source = tmp_path / "people.vav", tmp_path / "source.vav"
    for file in (gallery, source):
        visavis("gallery", "import", "-g", file, collection(tmp_path / "c.json", 3))
    for verb in ("export", "backup"):
        for target in (gallery, source):
            done = visavis("gallery", verb, "-g", source, "--force", f"{target}{end}", code=WRONG_USE)
            assert "give another name" in done.stderr, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["c.json", "people.vav", "source.vav"]


def test_what_cannot_be_read_is_refused_by_name(visavis, tmp_path):
    gallery = tmp_path / "people.vav"
    for content, word in ((b"\x80\x04\x95 pickled", "pickle"), (b"\x93NUMPY\x01\x00v\x00{}", ".npy"),
                          (b"SQLite format 3\x00", "gallery export")):
        (tmp_path / "file").write_bytes(content)
        done = visavis("gallery", "import", "-g", gallery, tmp_path / "file", code=FAILED)
        assert word in done.stderr and "np.savez" in done.stderr + "np.savez" * (word == "gallery export"), done.stderr


def test_csv(visavis, tmp_path):
    gallery, table = tmp_path / "people.vav", tmp_path / "faces.csv"
    table.write_text("\n".join(f"p{i}," + ",".join(str((i + k) % 7 / 30) for k in range(128)) for i in range(3)))
    [counts] = visavis("gallery", "import", "-g", gallery, table, json=True)
    assert counts["templates"] == 3 and counts["persons_added"] == 3
