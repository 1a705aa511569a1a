"""Models of one's own: added with a card, used as a set."""
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest
import visavis


@pytest.fixture(scope="module")
def onnx(tmp_path_factory):
    library = os.environ.get("VISAVIS_LIBRARY")
    program = library and pathlib.Path(library).parent.parent / "bin" / "arcface_model"
    if not program or not program.exists():
        pytest.skip("the program arcface_model of the tests is not beside the library")
    path = tmp_path_factory.mktemp("onnx") / "mine.onnx"
    subprocess.run([program, path], check=True)
    return path


def test_added_used_and_removed(onnx, tmp_path):
    folder = tmp_path / "models"
    models = visavis.Models(folder)
    models.add(onnx, "mine", mean=[127.5, 127.5, 127.5], license="MIT", threshold=0.9)
    own = visavis.Models(folder, set="mine")
    assert (own.set, own.embedding_dim, own.chip_size, own.detectors) == ("mine", 512, 112, ("yunet",))
    assert own.default_threshold == 0.9 and own.list()[-1].license == "MIT"
    with visavis.Gallery(tmp_path / "g.vav", models=own) as people:
        one = np.eye(512, dtype=np.float32)[3]
        ada = people.add_person("Ada")
        people.add_template(ada, one)
        assert people.identify_embedding(one).person_id == ada and people.identify_embedding(one).threshold == 0.9
    with pytest.raises(visavis.GalleryError):
        visavis.Gallery(tmp_path / "g.vav")
    with pytest.raises(visavis.AlreadyExistsError):
        models.add(onnx, "mine")
    models.remove("mine")
    with pytest.raises(visavis.ModelError):
        visavis.Models(folder, set="mine")


def test_without_a_threshold_there_is_no_answer(onnx, tmp_path):
    folder = tmp_path / "models"
    visavis.Models(folder).add(onnx, "mine")
    with visavis.Gallery(tmp_path / "g.vav", models=visavis.Models(folder, set="mine")) as people:
        one = np.eye(512, dtype=np.float32)[3]
        people.add_template(people.add_person("Ada"), one)
        with pytest.raises(visavis.ArgumentError, match="nobody has measured a threshold"):
            people.identify_embedding(one)
        for how in ({"preset": "door"}, {"false_rate": 0.01}):
            with pytest.raises(visavis.ArgumentError, match="nobody has measured the error rates"):
                people.identify_embedding(one, **how)
        assert people.identify_embedding(one, threshold=0.5).person == "Ada"
        people.set_threshold(0.4)
        assert people.identify_embedding(one).threshold == 0.4


def test_a_table_of_ones_own_gives_it_presets(onnx, tmp_path):
    folder, file = tmp_path / "models", tmp_path / "table.json"
    visavis.Models(folder).add(onnx, "mine")
    own = visavis.Models(folder, set="mine")
    assert own.similarity(0.5).probability is None and own.limits(threshold=0.5).table is None
    points = (1.1, 1000, 0.1), (1, 100, 0.2), (0.9, 10, 0.4)
    rows = [{"threshold": threshold, "false_matches": matches, "fmr": {"value": matches / 100_000},
             "fnmr": {"value": missed}} for threshold, matches, missed in points]
    file.write_text(json.dumps({"set": "mine", "recipe": own.recipe, "model_sha256": own.model_sha256, "persons": 90,
                                "genuine": 200, "impostor": 100_000, "rows": rows}), "utf-8")
    measured = visavis.Models(folder, set="mine", calibration=file)
    assert measured.limits().threshold == 1 and measured.limits().table == "own" and measured.measured
    assert measured.similarity(0.95).probability == pytest.approx(0.2 / (0.2 + 0.0009), rel=1e-4)
    with visavis.Gallery(tmp_path / "g.vav", models=measured) as people:
        one = np.eye(512, dtype=np.float32)[3]
        people.add_template(people.add_person("Ada"), one)
        answer = people.identify_embedding(one, preset="door")
        assert answer.limits.table == "own" and answer.limits.persons == 90 and answer.limits.rate > 0


@pytest.mark.parametrize("wrong", [{"name": "A b"}, {"name": "dlib"}, {"colour": "grey"}, {"metric": "manhattan"},
                                   {"mean": [1, 2]}, {"scale": float("nan")}, {"scale": -1}, {"input_size": 31},
                                   {"threshold": 60}, {"license": "x" * 2000}])
def test_wrong_cards(onnx, tmp_path, wrong):
    models = visavis.Models(tmp_path / "models")
    with pytest.raises(visavis.ArgumentError):
        models.add(onnx, **{"name": "mine", **wrong})
    assert not (tmp_path / "models").exists()
