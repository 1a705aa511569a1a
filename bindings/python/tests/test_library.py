"""Finding the shared library: nothing at import, a clear word when it is not there."""
import os
import pathlib
import subprocess
import sys

import pytest

import visavis
from visavis import _raw
from visavis._library import library


def python(code, **environment):
    """Runs code in a new interpreter, which has loaded nothing."""
    return subprocess.run([sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True,
                          text=True, timeout=60)


def test_import_loads_no_library():
    done = python("import visavis; print(visavis.__version__)", VISAVIS_LIBRARY="/nowhere/libvisavis.so")
    assert done.stdout.strip() == visavis.__version__, done.stderr


def test_import_loads_nothing_before_it_is_needed():
    done = python("import sys, visavis; before = set(sys.modules); visavis.Engine; after = set(sys.modules); "
                  "print('numpy' in before, 'ctypes' in before, 'numpy' in after)")
    assert done.stdout.split() == ["False", "False", "True"], done.stderr


def test_names_of_the_package_whatever_is_asked_for_first():
    for first in ("visavis.compare", "import visavis.engine", "visavis.engine", "from visavis import *", "1"):
        done = python(f"import visavis\n{first}\nassert callable(visavis.compare)\n"
                      "assert {'Engine', 'compare', '__version__'} <= set(dir(visavis))\n"
                      "assert visavis.engine.Engine is visavis.Engine and callable(visavis.compare)\nvisavis.nothing")
        assert "AttributeError: module 'visavis' has no attribute 'nothing'" in done.stderr, (first, done.stderr)


def test_missing_library_says_where_it_looked_and_the_fix():
    done = python("import visavis; visavis.library_version()", VISAVIS_LIBRARY="/nowhere/libvisavis.so")
    last = done.stderr[done.stderr.index("visavis.errors.LibraryError"):]
    assert "/nowhere/libvisavis.so" in last
    assert "set VISAVIS_LIBRARY" in last


def test_foreign_library_is_refused():
    foreign = "libc.so.6"
    done = python("import visavis; visavis.library_version()", VISAVIS_LIBRARY=foreign)
    assert f"LibraryError: {foreign} has no function vav_" in done.stderr


@pytest.mark.skipif(not os.environ.get("VISAVIS_LIBRARY"), reason="the library was found without VISAVIS_LIBRARY")
def test_folder_of_the_library_is_enough():
    given = pathlib.Path(os.environ["VISAVIS_LIBRARY"])
    folder = given if given.is_dir() else given.parent
    done = python("import visavis; print(visavis.library_version())", VISAVIS_LIBRARY=str(folder))
    assert done.stdout.strip() == visavis.library_version(), done.stderr


def test_describe():
    about = visavis.describe()
    assert about["version"] == visavis.library_version() == visavis.__version__
    assert about["cpu"]["threads"] >= 1
    assert "hog" in about["detectors"]


def test_loaded_once():
    assert library() is library()
    assert library().vav_version_number() == (
        _raw.VAV_VERSION_MAJOR * 10000 + _raw.VAV_VERSION_MINOR * 100 + _raw.VAV_VERSION_PATCH)
