"""Ctrl-C and SIGTERM while a gallery of some size is worked on: the command ends, and nothing is half done."""
import os
import random
import signal
import time

import numpy
import pytest

INTERRUPTED = 130
PEOPLE = 6000


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_bytes(bytes(range(32)))
    return f"file:{path}"


@pytest.fixture(scope="module")
def crowd(visavis, key, tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    numbers = numpy.random.default_rng(5)
    faces = numbers.standard_normal((PEOPLE, 128))
    faces *= 1.4 / numpy.linalg.norm(faces, axis=1, keepdims=True)
    numpy.savez(folder / "faces.npz", names=numpy.array([f"p{i}" for i in range(PEOPLE)]),
                encodings=faces.astype(numpy.float32))
    visavis("gallery", "import", "-g", folder / "people.vav", "--unlock", key, folder / "faces.npz")
    return folder / "people.vav"


def has_open(process, path):
    folder = f"/proc/{process.pid}/fd"
    try:
        return any(os.path.realpath(f"{folder}/{one}") == os.path.realpath(path) for one in os.listdir(folder))
    except OSError:
        return False


def start_and_wait_until_open(visavis, crowd, key, command):
    process = visavis.start("gallery", *command, "-g", crowd, "--unlock", key)
    while not has_open(process, crowd) and process.poll() is None:
        pass
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", [["check"], ["compact"], ["rekey", "--reencrypt"]])
def test_a_signal_ends_it_and_the_gallery_is_sound(visavis, crowd, key, command, number):
    with start_and_wait_until_open(visavis, crowd, key, command) as process:
        begin = time.monotonic()
        process.communicate(timeout=120)
    took = time.monotonic() - begin  # on this machine, just now
    moment = random.Random(3)
    ended = {0: 0, INTERRUPTED: 0}
    for _attempt in range(60):
        with start_and_wait_until_open(visavis, crowd, key, command) as process:
            time.sleep(moment.random() * took)
            process.send_signal(number)
            process.communicate(timeout=120)
        assert process.returncode in ended, process.returncode
        ended[process.returncode] += 1
        if ended[INTERRUPTED] >= 3:
            break
    assert ended[INTERRUPTED] >= 1, "it was never ended in the middle"
    visavis("gallery", "check", "-g", crowd, "--unlock", key)
    [told] = visavis("gallery", "info", "-g", crowd, "--unlock", key, json=True)
    assert told["persons"] == PEOPLE and told["templates"] == PEOPLE
    assert sorted(path.name for path in crowd.parent.iterdir() if "partial" in path.name) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_rekey_that_was_stopped_goes_on_by_the_same_command(visavis, crowd, key, tmp_path, number):
    """Ended at whatever moment, one of both keys opens the gallery; Ctrl-C says which."""
    new = tmp_path / "new"
    new.write_bytes(bytes(range(32, 64)))
    command = ["rekey", "--new", f"file:{new}", "--reencrypt"]
    whole = crowd.read_bytes()
    people = tmp_path / "people.vav"
    people.write_bytes(whole)
    with start_and_wait_until_open(visavis, people, key, command) as process:
        begin = time.monotonic()
        process.communicate(timeout=120)
    took = time.monotonic() - begin
    opened_by = set()
    for attempt in range(8):
        for path in tmp_path.glob("people.vav*"):
            path.unlink()
        people.write_bytes(whole)
        with start_and_wait_until_open(visavis, people, key, command) as process:
            time.sleep(took * attempt / 7)
            process.send_signal(number)
            _, told = process.communicate(timeout=120)
        by = [source for source in (key, f"file:{new}") if opens(visavis, people, source)]
        assert len(by) == 1
        opened_by |= set(by)
        if process.returncode == INTERRUPTED:
            assert ("only the key of --new opens" in told) == (by != [key]), told
        if by != [key]:  # whoever tries the old key is told where to look
            refused = visavis("gallery", "info", "-g", people, "--unlock", key, code=3).stderr
            [now] = visavis("gallery", "info", "-g", people, "--unlock", by[0], json=True)
            assert ("that one opens the gallery" in refused) == now["reencrypting"]
        visavis("gallery", *command, "-g", people, "--unlock", key)
        assert opens(visavis, people, f"file:{new}") and not opens(visavis, people, key)
        [now] = visavis("gallery", "info", "-g", people, "--unlock", f"file:{new}", json=True)
        assert now["templates"] == PEOPLE and not now["reencrypting"]
        visavis("gallery", "check", "-g", people, "--unlock", f"file:{new}")
    assert f"file:{new}" in opened_by


def opens(visavis, people, source):
    with visavis.start("gallery", "info", "-g", people, "--unlock", source) as process:
        process.communicate(timeout=60)
    assert process.returncode in (0, 3)
    return process.returncode == 0
