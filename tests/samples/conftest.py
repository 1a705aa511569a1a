"""What the tests of the samples share: where the programs are, the sample photos, a folder for each test.

VISAVIS_BUILD and VISAVIS_TEST_DATA name the build and the pictures from outside. When every test was skipped, pytest
ends with 77, which ctest shows as skipped.
"""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VISAVIS_BUILD") or ROOT / "build/release")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
SHARED = pathlib.Path(os.environ.get("VISAVIS_TEST_DATA") or ROOT.parent / "shared/data")
EXE = ".exe" if os.name == "nt" else ""


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def photos():
    found = CACHE / "visavis" / "photos"
    if not found.is_dir():
        pytest.skip(f"no sample photos in {found}: run `visavis models fetch --photos`")
    return found


@pytest.fixture(scope="session")
def shared():
    """shared("photos/bald_guys.jpg") is a picture or video from outside."""
    def find(name):
        path = SHARED / name
        if not path.is_file():
            pytest.skip(f"no {path}: it comes from outside, tests/README.md says where to get it")
        return path
    return find


@pytest.fixture
def folder(tmp_path):
    """A path with a space and with letters beyond ASCII."""
    made = tmp_path / "sämple 試"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def sample():
    """sample("door", …) runs a sample, checks its exit code and gives the finished process."""
    def run(name, *arguments, code=0):
        program = BUILD / "bin/samples" / (name + EXE)
        if name in ("door", "camera_identify") and not program.is_file():
            pytest.skip("built without OpenCV's videoio")
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=240)
        assert done.returncode == code, done.stdout + done.stderr
        return done
    return run


def pytest_sessionfinish(session, exitstatus):
    outcomes = session.config.pluginmanager.get_plugin("terminalreporter").stats
    if exitstatus == 0 and outcomes.get("skipped") and not outcomes.get("passed"):
        session.exitstatus = 77
