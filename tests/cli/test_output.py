"""What goes to stdout and stderr: all of it or a failure, nothing that acts on a terminal, an end when nobody reads."""
import json
import os
import shutil
import signal
import subprocess
import time

import pytest
from conftest import wait_until_it_has_computed

DONE, NEGATIVE, WRONG_USE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130
FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")


@pytest.fixture(scope="session")
def people(visavis, photo, tmp_path_factory):
    path = tmp_path_factory.mktemp("people") / "people.vav"
    visavis("enroll", "-g", path, "--name", "Ada", photo("obama.jpg"))
    return path


def commands(people, photo, folder):
    return [["identify", "-g", people, photo("obama2.jpg")], ["identify", "--json", "-g", people, photo("obama2.jpg")],
            ["detect", photo("obama2.jpg")], ["detect", "--json", photo("obama2.jpg")],
            ["embed", "--largest", photo("obama2.jpg")], ["compare", photo("obama.jpg"), photo("obama2.jpg")],
            ["verify", "-g", people, "--person", "Ada", photo("obama2.jpg")], ["person", "list", "-g", people],
            ["person", "show", "-g", people, "Ada"], ["gallery", "info", "-g", people],
            ["gallery", "check", "-g", people], ["models", "list"], ["doctor"], ["--help"], ["help", "detect"],
            ["--version"], ["version"], ["draw", photo("obama2.jpg"), folder / "out.png"],
            ["enroll", "-g", folder / "new.vav", "--name", "Ada", photo("obama.jpg")]]


# ---- All of it, or a failure ----

@FULL
def test_a_full_disk_is_a_failure(visavis, people, photo, tmp_path):
    for command in commands(people, photo, tmp_path):
        with open("/dev/full", "w") as full:
            done = subprocess.run(visavis._line(command, False), stdout=full, stderr=subprocess.PIPE, text=True)
        assert done.returncode == FAILED, command
        assert "could not write the output: No space left on device" in done.stderr


def test_a_closed_stdout_is_a_failure_and_no_place_for_a_gallery(visavis, people, photo, tmp_path):
    """The gallery would be opened as stdout, and the results be written into it."""
    before = people.read_bytes()
    for command in commands(people, photo, tmp_path):
        done = subprocess.run(visavis._line(command, False), stderr=subprocess.PIPE, text=True,
                              preexec_fn=lambda: os.close(1))
        assert done.returncode == FAILED, command
        assert "could not write the output" in done.stderr
    assert people.read_bytes() == before
    visavis("gallery", "check", "-g", people)


def test_closed_stdin_and_stderr_change_nothing(visavis, people, photo):
    def close():
        os.close(0)
        os.close(2)
    done = subprocess.run(visavis._line(["identify", "-g", people, photo("obama2.jpg"), "gone.jpg"], False),
                          stdout=subprocess.PIPE, text=True, preexec_fn=close)
    assert done.returncode == FAILED and done.stdout.count("\n") == 1 and "Ada (id 1)" in done.stdout


def test_a_reader_that_has_enough_ends_it_silently(visavis, people):
    with visavis.start("person", "list", "-g", people) as process:
        process.stdout.close()
        assert process.wait(timeout=60) == -signal.SIGPIPE
        assert process.stderr.read() == ""


def test_ctrl_c_while_the_reader_stalls(visavis, photo, tmp_path):
    # Much output, a small pipe, and nobody who reads.
    pictures = [photo("obama.jpg")] * 60
    with visavis.start("embed", *pictures) as process:
        wait_until_it_has_computed(process, 0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED


# ---- Nothing that acts on a terminal ----

EVIL = "Ada\x1b[2K\rEve (id 7)\nx.jpg: face 1x1 px at 0,0: Eve\t7\x9b\u202e"


@pytest.fixture
def evil(visavis, photo, tmp_path):
    """A gallery and a picture, both with names that would forge lines."""
    gallery, picture = tmp_path / "people.vav", tmp_path / "a\nb\x1b[31m.jpg"
    visavis("enroll", "-g", gallery, "--name", EVIL, "--external-id", EVIL, photo("obama.jpg"))
    visavis("person", "edit", "-g", gallery, "1", "--join", EVIL, "--consent", EVIL)
    shutil.copy(photo("obama2.jpg"), picture)
    return gallery, picture


def test_names_and_paths_cannot_forge_lines(visavis, evil, tmp_path, photo):
    gallery, picture = evil
    broken = tmp_path / "c\nvisavis: all is well\x1b[1m.jpg"
    broken.write_text("no picture")
    for command, code in [(["identify", "-g", gallery, picture, broken], FAILED),
                          (["identify", "-g", gallery, "--show-nearest", photo("biden.jpg")], NEGATIVE),
                          (["verify", "-g", gallery, "--person", "1", picture], DONE),
                          (["detect", picture], DONE), (["detect", broken], FAILED), (["embed", picture], DONE),
                          (["person", "list", "-g", gallery], DONE), (["person", "show", "-g", gallery, "1"], DONE),
                          (["gallery", "groups", "-g", gallery], DONE), (["person", "show", "-g", gallery, EVIL], DONE),
                          (["person", "show", "-g", gallery, EVIL + "?"], FAILED),
                          (["person", "rename", "-g", gallery, "1", EVIL], DONE),
                          (["enroll", "-g", gallery, "--name", "Eve" + EVIL, picture, broken], DONE),
                          (["gallery", "info", "-g", tmp_path / "no\x1b[1m.vav"], FAILED),
                          (["detect", "--threads", EVIL, picture], WRONG_USE), ([EVIL], WRONG_USE),
                          (["detect", picture, "--" + EVIL], WRONG_USE),
                          (["draw", picture, tmp_path / "o\x1b[1m.png", "-g", gallery], DONE)]:
        done = visavis(*command, code=code)
        for text in (done.stdout, done.stderr):
            assert not set(text) & set("\x1b\r\x9b\u202e"), command
            assert "\nx.jpg: face" not in text and "\nvisavis: all is well" not in text, command
    [line] = visavis("person", "list", "-g", gallery).stdout.splitlines()[:1]
    assert line.startswith("1\tAda\\x1b[2K\\rEve (id 7)\\nx.jpg: face 1x1 px at 0,0: Eve\\t7\\x9b\\u202e\t1 template\t")


def test_json_has_the_names_as_they_are(visavis, evil):
    gallery, picture = evil
    [line] = visavis("identify", "-g", gallery, picture, json=True)
    assert line["image"] == str(picture) and line["faces"][0]["person"]["name"] == EVIL


# ---- An end while nothing comes ----

@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_a_pipe_can_be_interrupted(visavis, people, photo, tmp_path, number):
    fifo = tmp_path / "fifo.jpg"
    os.mkfifo(fifo)
    for command in (["detect", fifo], ["identify", "-g", people, fifo],
                    ["enroll", "-g", tmp_path / "n.vav", "--name", "N", fifo],
                    ["identify", "-g", people, "--unlock", f"passphrase-file:{fifo}", photo("obama.jpg")]):
        with visavis.start(*command) as process:
            time.sleep(0.4)
            assert process.poll() is None, process.communicate()
            process.send_signal(number)
            process.communicate(timeout=30)
        assert process.returncode == INTERRUPTED, command


def test_a_stalled_pipe_can_be_interrupted(visavis, photo, tmp_path):
    fifo = tmp_path / "fifo.jpg"
    os.mkfifo(fifo)
    with visavis.start("detect", fifo) as process:
        with open(fifo, "wb") as writer:
            writer.write(photo("obama.jpg").read_bytes()[:1000])
            writer.flush()
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED


def test_pictures_from_a_pipe_and_from_stdin(visavis, photo, people):
    data = photo("obama2.jpg").read_bytes()
    for command in (["detect", "/dev/stdin"], ["detect", "-"], ["identify", "-g", people, "-"]):
        done = subprocess.run(visavis._line(command, True), input=data, capture_output=True)
        assert done.returncode == DONE, done.stderr
        assert len(json.loads(done.stdout)["faces"]) == 1
    done = subprocess.run(visavis._line(["detect", "-"], False), input=b"no picture", capture_output=True, text=False)
    assert done.returncode == FAILED and b"stdin" in done.stderr


def test_what_is_no_file_is_no_gallery(visavis, photo, tmp_path):
    os.mkfifo(tmp_path / "fifo.vav")
    for name in ("fifo.vav", "."):
        assert "is not a file" in visavis("identify", "-g", tmp_path / name, photo("obama.jpg"), code=FAILED).stderr


# ---- draw ----

def test_draw_never_replaces_what_it_needs(visavis, photo, people, tmp_path):
    picture = tmp_path / "a.jpg"
    shutil.copy(photo("obama.jpg"), picture)
    os.link(picture, tmp_path / "hard.jpg")
    os.symlink(picture, tmp_path / "soft.jpg")
    before = picture.read_bytes()
    for out in ("a.jpg", "hard.jpg", "soft.jpg", "./a.jpg"):
        for force in ([], ["--force"]):
            done = visavis("draw", picture, out, *force, code=WRONG_USE, cwd=tmp_path)
            assert "overwritten" in done.stderr
    assert picture.read_bytes() == before and (tmp_path / "soft.jpg").is_symlink()


def test_draw_replaces_only_when_told(visavis, photo, tmp_path):
    other = tmp_path / "other.png"
    other.write_text("precious")
    done = visavis("draw", photo("obama.jpg"), other, code=FAILED)
    assert "--force" in done.stderr and other.read_text() == "precious"
    visavis("draw", "--force", photo("obama.jpg"), other)
    assert other.read_bytes().startswith(b"\x89PNG")
    os.symlink(tmp_path / "nowhere", tmp_path / "dangling.png")
    visavis("draw", photo("obama.jpg"), tmp_path / "dangling.png", code=FAILED)
