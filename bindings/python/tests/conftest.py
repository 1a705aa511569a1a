"""What the tests share: the sample photos, one engine, a gallery. Tests skip, saying so, when photos or models lack."""
import functools
import os
import pathlib

import pytest

import visavis

# What the tests were made with; test_sets.py tests what is taken if nobody says it.
os.environ.setdefault("VISAVIS_MODEL_SET", "dlib")
REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "visavis"
PHOTOS = pathlib.Path(os.environ.get("VISAVIS_PHOTOS") or CACHE / "photos")


@pytest.fixture(scope="session")
def photo():
    """photo("obama.jpg") is the path of a sample photo."""
    def find(name):
        path = PHOTOS / name
        if not path.exists():
            pytest.skip(f"no sample photo {path}: run ./bootstrap test, or set VISAVIS_PHOTOS")
        return path
    return find


# Where the heads are: rows, columns.
HEADS = {"obama.jpg": (slice(0, 600), slice(200, 780)), "obama2.jpg": (slice(150, 700), slice(0, 626)),
         "obama3.jpg": (slice(150, 750), slice(500, 1100)), "biden.jpg": (slice(100, 700), slice(280, 880))}


@pytest.fixture(scope="session")
def portrait(photo):
    """portrait("obama.jpg") is the part of a sample photo that shows the head, some 600 x 600 px: quick to work on."""
    return functools.lru_cache(lambda name: visavis.Image.open(photo(name)).pixels[HEADS[name]])


@pytest.fixture(scope="session")
def models():
    found = visavis.Models()
    missing = [model.file for model in found.list() if model.path is None and not model.optional]
    if missing:
        pytest.skip(f"models are missing: {', '.join(missing)}; run ./bootstrap test, or set VISAVIS_MODELS")
    return found


@pytest.fixture(scope="session")
def engine(models):
    return visavis.Engine(models=models)


@pytest.fixture(scope="session")
def keen_engine(models):
    """Finds faces from 40 px on: enlarges pictures once, as the Python package face_recognition does."""
    return visavis.Engine(min_face=40, models=models)


@pytest.fixture(scope="session")
def obama(engine, photo):
    """The one face of obama.jpg."""
    [face] = engine.analyze(photo("obama.jpg"))
    return face


@pytest.fixture
def people(engine, tmp_path):
    with visavis.Gallery(tmp_path / "people.vav", engine=engine) as gallery:
        yield gallery
