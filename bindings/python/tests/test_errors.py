"""Statuses become exceptions of their family, with the library's words."""
import pickle

import pytest

import visavis
from visavis import _raw
from visavis.errors import from_status


@pytest.mark.parametrize("code, ours, builtin", [
    (_raw.VAV_E_INVALID_ARGUMENT, visavis.ArgumentError, ValueError),
    (_raw.VAV_E_WRONG_STATE, visavis.StateError, RuntimeError),
    (_raw.VAV_E_OUT_OF_MEMORY, visavis.OutOfMemoryError, MemoryError),
    (_raw.VAV_E_DISK_FULL, visavis.StorageError, OSError),
    (_raw.VAV_E_FILE_NOT_FOUND, visavis.FileMissingError, FileNotFoundError),
    (_raw.VAV_E_PERMISSION, visavis.AccessError, PermissionError),
    (_raw.VAV_E_IMAGE_DECODE, visavis.ImageError, ValueError),
    (_raw.VAV_E_MODEL_ALTERED, visavis.ModelError, Exception),
    (_raw.VAV_E_GALLERY_BUSY, visavis.GalleryError, Exception),
    (_raw.VAV_E_NOT_FOUND, visavis.NotFoundError, KeyError),
    (_raw.VAV_E_ALREADY_EXISTS, visavis.AlreadyExistsError, ValueError),
])
def test_code_gives_its_class(code, ours, builtin):
    error = from_status(code, "what, where, what to do")
    assert type(error) is ours and isinstance(error, builtin) and isinstance(error, visavis.VisavisError)
    assert (error.code, str(error)) == (code, "what, where, what to do")
    assert getattr(_raw, error.name) == code


def test_every_code_has_a_family():
    for name, code in vars(_raw).items():
        if name.startswith("VAV_E_"):
            assert type(from_status(code, "")) is not visavis.VisavisError, name


def test_unknown_code_of_a_known_family():
    error = from_status(399, "new in a later version")
    assert type(error) is visavis.ImageError and error.name == "VAV_E_UNKNOWN"
    assert type(from_status(999, "")) is visavis.VisavisError


def test_survives_pickling():
    error = pickle.loads(pickle.dumps(from_status(_raw.VAV_E_NOT_FOUND, "no person 7")))
    assert type(error) is visavis.NotFoundError and str(error) == "no person 7" and error.code == _raw.VAV_E_NOT_FOUND


def test_the_librarys_words_arrive(tmp_path):
    with pytest.raises(FileNotFoundError, match="gone.jpg"):
        visavis.Image.open(tmp_path / "gone.jpg")
