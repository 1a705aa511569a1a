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
