"""The samples run as their readers would run them."""
import os
import pathlib
import subprocess
import sys

import pytest
from conftest import REPOSITORY

import visavis


@pytest.fixture
def run(tmp_path, models):
    """run("enroll.py", ...) in a folder of its own, with the package and the library that are being tested."""
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(visavis.__file__).resolve().parents[1])}
    library = os.environ.get("VISAVIS_LIBRARY")
    if library:
        environment["VISAVIS_LIBRARY"] = os.path.abspath(library)

    def run_sample(name, *arguments):
        return subprocess.run([sys.executable, REPOSITORY / "samples" / "python" / name, *map(str, arguments)],
                              cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8",
                              timeout=120)
    return run_sample


def test_enroll_then_identify(run, photo, tmp_path):
    (tmp_path / "broken.jpg").write_text("no picture")
    done = run("enroll.py", "people.vav", "Barack", photo("obama.jpg"), "broken.jpg")
    assert (done.returncode, done.stdout) == (0, "enrolled Barack as person 1 from 1 photo(s)\n")
    assert done.stderr.startswith("refused broken.jpg: ")

    done = run("identify.py", "people.vav", photo("obama2.jpg"), photo("biden.jpg"))
    known, unknown = done.stdout.splitlines()
    assert done.returncode == 0 and done.stderr == ""
    assert f"{photo('obama2.jpg')}: Barack (person 1), distance 0.3" in known
    assert f"{photo('biden.jpg')}: unknown, at " in unknown

    done = run("identify.py", "people.vav", "--threshold", "0.1", photo("obama2.jpg"))
    assert "unknown" in done.stdout and "Barack" not in done.stdout


def test_refusals_and_failures_have_their_own_exit_status(run, tmp_path):
    (tmp_path / "broken.jpg").write_text("no picture")
    done = run("enroll.py", "people.vav", "Nobody", "broken.jpg")
    assert (done.returncode, done.stdout) == (4, "") and done.stderr.startswith("refused broken.jpg: ")
    assert run("enroll.py", "people.vav").returncode == 2
    done = run("identify.py", "mistyped.vav", "broken.jpg")
    assert done.returncode == 3 and "VAV_E_FILE_NOT_FOUND" in done.stderr and "mistyped.vav" in done.stderr
    assert not (tmp_path / "mistyped.vav").exists()
    done = run("identify.py", "people.vav", "broken.jpg")
    assert done.returncode == 3 and "VAV_E_IMAGE_FORMAT" in done.stderr
