"""The models as the manifest describes them."""
import os
import shutil
import subprocess
import sys

import pytest

import visavis


def test_list_is_the_manifest(models):
    listed = models.list()
    assert {model.id for model in listed} == {model["id"] for model in visavis.manifest()["models"]}
    landmarks = next(model for model in listed if "shape_predictor_5" in model.id)
    assert len(landmarks.sha256) == 64 and landmarks.size == os.path.getsize(landmarks.path)
    assert landmarks.license and landmarks.source and landmarks.purpose and not landmarks.optional


def test_verify(models):
    models.verify("shape_predictor_5_face_landmarks")
    with pytest.raises(visavis.ModelError) as caught:
        models.verify("no such model")
    assert caught.value.name == "VAV_E_MODEL_UNKNOWN"


def test_install_and_altered(models, tmp_path):
    landmarks = next(model for model in models.list() if "shape_predictor_5" in model.id)
    target = visavis.Models(tmp_path / "models", skip_user_cache=True)
    assert target.directory == str(tmp_path / "models")
    target.install(landmarks.id, landmarks.path)
    target.verify(landmarks.id)
    installed = tmp_path / "models" / landmarks.file

    altered = tmp_path / "altered.dat"
    shutil.copy(installed, altered)
    with altered.open("r+b") as file:
        file.seek(1000)
        file.write(b"altered")
    with pytest.raises(visavis.ModelError) as caught:
        target.install(landmarks.id, altered)
    assert caught.value.name == "VAV_E_MODEL_ALTERED" and landmarks.sha256 in str(caught.value)
    shutil.copy(altered, installed)
    with pytest.raises(visavis.ModelError):
        target.verify(landmarks.id)


def test_a_relative_directory_stays_the_one_that_it_was(tmp_path, monkeypatch):
    """A service goes to / when it has opened its models."""
    monkeypatch.chdir(tmp_path)
    models = visavis.Models("here")
    monkeypatch.chdir("/")
    assert models.directory == str(tmp_path / "here")


def test_directory_from_the_environment(tmp_path):
    code = "import visavis; print(visavis.Models().directory); print(visavis.Models('/given').directory)"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "VISAVIS_MODELS": str(tmp_path)},
                          capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [str(tmp_path), "/given"], done.stderr
