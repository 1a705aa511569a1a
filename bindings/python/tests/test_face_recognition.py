"""visavis.face_recognition: what its users rely on, what was wrong with it, and its own 30 tests."""
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import tarfile
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from conftest import CACHE, REPOSITORY

import visavis
import visavis.face_recognition as face_recognition

SDIST, SHA256 = "face_recognition-1.3.0.tar.gz", "5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec"
OF_68_POINTS = {"test_raw_face_landmarks", "test_face_landmarks", "test_face_encodings_large_model"}


@pytest.fixture(scope="module")
def obama(models, photo):
    return face_recognition.load_image_file(photo("obama.jpg"))


def test_the_numbers_that_dlib_gives(obama, photo):
    assert face_recognition.face_locations(obama) == [(142, 617, 409, 349)]
    assert face_recognition.face_locations(obama, 0) == [(136, 624, 394, 366)]
    [encoding] = face_recognition.face_encodings(obama)
    assert encoding.dtype == np.float64 and encoding.shape == (128,)
    assert encoding[:3] == pytest.approx([-.09143, .13086, .01314], abs=1e-4)
    [again] = face_recognition.face_encodings(obama, [(142, 617, 409, 349)])
    assert (again == encoding).all(), "the same bits, in one process"
    [other] = face_recognition.face_encodings(face_recognition.load_image_file(photo("biden.jpg")))
    distances = face_recognition.face_distance([encoding, other], encoding)
    assert distances == pytest.approx([0, .84018], abs=1e-4)
    assert face_recognition.compare_faces([encoding, other], encoding) == [True, False]
    [points] = face_recognition.face_landmarks(obama, model="small")
    assert points["nose_tip"] == [(496, 295)] and len(points["left_eye"]) == len(points["right_eye"]) == 2


def test_arrays_of_any_strides_and_kinds(obama):
    plain = face_recognition.face_locations(np.ascontiguousarray(obama[::2, ::2]))
    assert plain and face_recognition.face_locations(obama[::2, ::2]) == plain
    assert face_recognition.face_locations(obama[:, :, ::-1]) == \
        face_recognition.face_locations(np.ascontiguousarray(obama[:, :, ::-1]))
    grey = obama[:, :, 1]
    assert len(face_recognition.face_locations(grey)) == 1
    with pytest.raises(ValueError, match="astype"):
        face_recognition.face_locations(obama / 255)


def test_pictures_of_phones_are_turned_upright(photo, tmp_path):
    image = pytest.importorskip("PIL.Image")
    with image.open(photo("obama.jpg")) as upright:
        exif = upright.getexif()
        exif[0x0112] = 6
        upright.rotate(90, expand=True).save(tmp_path / "phone.jpg", exif=exif)
    assert face_recognition.load_image_file(tmp_path / "phone.jpg").shape == (1137, 910, 3)
    stored = face_recognition.load_image_file(tmp_path / "phone.jpg", ignore_orientation=True)
    assert stored.shape == (910, 1137, 3)
    with open(tmp_path / "phone.jpg", "rb") as file:
        grey = face_recognition.load_image_file(file, "L")
    with image.open(tmp_path / "phone.jpg") as phone:
        assert (grey == np.rot90(np.array(phone.convert("L")), -1)).all(), "Pillow's weights"


def test_threads_may_call_at_once(obama):
    part = obama[60:560, 240:740]
    [expected] = face_recognition.face_encodings(part)
    with ThreadPoolExecutor(6) as pool:
        for [encoding] in pool.map(lambda _: face_recognition.face_encodings(part), range(12)):
            assert (encoding == expected).all()


def test_jitters_are_the_same_each_time_and_near(obama):
    box = face_recognition.face_locations(obama)
    [plain] = face_recognition.face_encodings(obama, box)
    [one] = face_recognition.face_encodings(obama, box, num_jitters=5)
    [two] = face_recognition.face_encodings(obama, box, num_jitters=5)
    assert (one == two).all() and 0 < np.linalg.norm(one - plain) < 0.3


def test_a_face_that_tells_little_is_told(obama):
    with pytest.warns(face_recognition.NotComparableWarning, match="dark"):
        [encoding] = face_recognition.face_encodings(obama // 25, [(142, 617, 409, 349)])
    assert np.isfinite(encoding).all()


def test_wrong_use_and_nothing_to_find(obama):
    empty = np.zeros((200, 200, 3), np.uint8)
    assert face_recognition.face_locations(empty) == face_recognition.face_encodings(empty) == []
    assert face_recognition.face_distance([], np.zeros(128)).shape == (0,)
    assert face_recognition.compare_faces(np.array([]), np.zeros(128)) == []
    for times in (-1, 4, 1.5, True):
        with pytest.raises(ValueError, match="number_of_times_to_upsample"):
            face_recognition.face_locations(obama, times)
    with pytest.raises(ValueError, match="Supported models"):
        face_recognition.face_landmarks(obama, model="medium")
    with pytest.raises(NotImplementedError, match="small"):
        face_recognition.face_landmarks(obama)
    with pytest.raises(FileNotFoundError):
        face_recognition.load_image_file("/nowhere.jpg")


def test_importing_it_starts_nothing():
    said = subprocess.run([sys.executable, "-c", "import visavis.face_recognition, sys; "
                           "print(any('libvisavis' in line for line in open('/proc/self/maps')))"],
                          capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


# ---- Its own tests, out of its source distribution: nothing of it is here ----

def sdist():
    path = CACHE / "peers" / SDIST
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        got = subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary",
                              "face_recognition", "-d", path.parent, "face_recognition==1.3.0"],
                             capture_output=True, text=True, check=False)
        if not path.exists():
            pytest.skip(f"face_recognition's sources could not be fetched: {got.stderr.strip()[-200:]}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        pytest.fail(f"{path} is not what it was: remove it")
    return path


@pytest.fixture(scope="module")
def its_tests(models, photo, tmp_path_factory):
    """Its test class, with our package under its name, and its pictures, which the sample photos are as well."""
    pytest.importorskip("click")
    pytest.importorskip("PIL")
    folder = tmp_path_factory.mktemp("its")
    with tarfile.open(sdist()) as archive:
        member = archive.extractfile("face_recognition-1.3.0/tests/test_face_recognition.py")
        (folder / "its_own_tests.py").write_bytes(member.read())
    shutil.copytree(photo("obama.jpg").parent, folder / "test_images")
    sys.path[:0] = [str(folder), str(REPOSITORY / "bindings/face_recognition/src")]
    yield importlib.import_module("its_own_tests").Test_face_recognition
    del sys.path[:2]


@pytest.mark.parametrize("part", ["cnn", "command", "rest"])
def test_its_own_tests_pass(its_tests, part):
    names = set(unittest.defaultTestLoader.getTestCaseNames(its_tests))
    assert len(names) == 30 and names > OF_68_POINTS
    cnn = {name for name in names if "cnn" in name or "batched" in name}
    command = {name for name in names - cnn if "command" in name}
    if part != "rest" and not os.environ.get("CI"):
        pytest.skip("some ten seconds: set CI")
    chosen = {"cnn": cnn, "command": command, "rest": names - cnn - command - OF_68_POINTS}[part]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", visavis.face_recognition.NotComparableWarning)
        outcome = unittest.TestResult()
        unittest.TestSuite(map(its_tests, sorted(chosen))).run(outcome)
    assert outcome.testsRun == len(chosen)
    assert [*outcome.errors, *outcome.failures] == []
