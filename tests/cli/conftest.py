"""What the tests of the command share: the command itself, the sample photos, and the larger pictures beside the
repository.

VISAVIS_COMMAND names the program. Tests skip, saying so, when photos, models or shared data are not on this machine.
"""
import json as json_module
import os
import pathlib
import shutil
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = os.environ.get("VISAVIS_COMMAND") or str(ROOT / "build/release/bin/visavis")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "visavis"
SHARED = pathlib.Path(os.environ.get("VISAVIS_TEST_DATA") or ROOT.parent / "shared" / "data")


# What the tests were made with; test_sets.py tests what is taken if nobody says it.
os.environ.setdefault("VISAVIS_MODEL_SET", "dlib")


class Command:
    """visavis("detect", path) runs the command, checks its exit code and gives the finished process;
    with json=True, what it printed, one object a line."""

    def __call__(self, *arguments, code=0, json=False, **options):
        done = subprocess.run(self._line(arguments, json), capture_output=True, text=True, encoding="utf-8",
                              timeout=300, stdin=subprocess.DEVNULL, **options)
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return [json_module.loads(line) for line in done.stdout.splitlines()] if json else done

    def start(self, *arguments, **options):
        """The command while it runs, its stdout to be read."""
        return subprocess.Popen(self._line(arguments, False), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                encoding="utf-8", stdin=subprocess.DEVNULL, **options)

    @staticmethod
    def _line(arguments, json):
        # Before the arguments: what stands behind "--" would be a path.
        return [COMMAND, *(["--json"] if json else []), *map(os.fspath, map(_text, arguments))]


def wait_until_it_has_computed(process, seconds):
    """A moment within its work that is the same on a machine that does much else; comes too when it is over."""
    ticks = seconds * os.sysconf("SC_CLK_TCK")
    while process.poll() is None:
        used = pathlib.Path(f"/proc/{process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13]
        if sum(map(int, used)) >= ticks:
            return
        time.sleep(0.01)


def _text(argument):
    return argument if isinstance(argument, (str, os.PathLike)) else str(argument)


@pytest.fixture(scope="session")
def bare():
    """The command, also where no model is."""
    if not pathlib.Path(COMMAND).exists():
        pytest.fail(f"there is no {COMMAND}: build it, or set VISAVIS_COMMAND")
    return Command()


@pytest.fixture(scope="session")
def visavis(bare):
    """The command, where the models are."""
    verified = subprocess.run([COMMAND, "models", "verify"], capture_output=True, text=True)
    if verified.returncode != 0:
        pytest.skip(f"no models here: run `visavis models fetch` ({verified.stderr.strip()})")
    return bare


@pytest.fixture(scope="session")
def photo():
    """photo("obama.jpg") is the path of a sample photo."""
    def find(name):
        path = CACHE / "photos" / name
        if not path.exists():
            pytest.skip(f"no sample photo {path}: run `visavis models fetch --photos`")
        return path
    return find


@pytest.fixture(scope="session")
def gallery_of(visavis, photo, tmp_path_factory):
    """gallery_of(path, Ada="obama.jpg") gives the path, where there is now a gallery of Ada. What an enrolment itself
    says is tested elsewhere: here it is done once, and copied from then on."""
    made = {}

    def make(path, **people):
        key = tuple(people.items())
        if key not in made:
            made[key] = tmp_path_factory.mktemp("made") / "people.vav"
            for name, picture in key:
                visavis("enroll", "-g", made[key], "--name", name, photo(picture))
        return shutil.copy(made[key], path)
    return make


@pytest.fixture(scope="session")
def shared():
    """shared("lfw-dev") is a folder of pictures from outside, see tests/README.md."""
    def find(name):
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"no {path}: pictures from outside, tests/README.md says where to get them")
        return path
    return find


@pytest.fixture(scope="session")
def lfw(shared):
    """Faces whose persons are known."""
    return shared("lfw-dev")


@pytest.fixture(scope="session")
def pictures_by_person(lfw):
    """A list of pictures for each person."""
    by_person = {}
    for picture in sorted((lfw / "images").iterdir()):
        by_person.setdefault(picture.stem.rsplit("_", 1)[0], []).append(picture)
    return list(by_person.values())
