"""Sets of models: faces know theirs, and what one set made is refused by what is of another."""
import itertools

import numpy as np
import pytest

import visavis
from visavis import ArgumentError, Decision


@pytest.fixture(scope="module")
def zoo(models):
    found = visavis.Models(set="opencv-zoo")
    missing = [model.file for model in found.list() if model.path is None and not model.optional]
    if missing:
        pytest.skip(f"models are missing: {', '.join(missing)}; run `visavis models fetch --set opencv-zoo`")
    return visavis.Engine(models=found)


@pytest.fixture(scope="module")
def engines(engine, zoo):
    """Of each set."""
    recipes = [visavis.Engine(models=visavis.Models(set=name)) for name in ("dlib-1", "sface-1")]
    return {one.set: one for one in (engine, zoo, *recipes)}


@pytest.fixture(scope="module")
def faces(engines, portrait):
    """faces[set][name], the face of a photo."""
    return {name: {who: one.analyze(portrait(f"{who}.jpg"))[0] for who in ("obama", "obama2", "biden")}
            for name, one in engines.items()}


def of_norm(norm):
    return np.array([norm] + [0] * 127, dtype=np.float32)


def test_a_set(zoo, faces):
    assert zoo.set == zoo.models.set == "opencv-zoo" and zoo.models.detectors == ("yunet",)
    face = faces["opencv-zoo"]["obama"]
    assert face.set == "opencv-zoo"
    assert face.usual_threshold == zoo.models.default_threshold == pytest.approx(1.154, abs=0.001)
    assert np.linalg.norm(face.embedding) == pytest.approx(1, abs=1e-5)
    obama = faces["dlib"]["obama"]
    assert obama.set == "dlib" and obama.usual_threshold == visavis.default_threshold()


THRESHOLDS = {"dlib": 0.524, "opencv-zoo": 1.154, "dlib-1": 0.971, "sface-1": 1.036}
SETS = list(THRESHOLDS)


@pytest.mark.parametrize("name, threshold", THRESHOLDS.items())
def test_faces_are_compared_at_the_threshold_of_their_set(faces, name, threshold):
    obama, again, biden = (faces[name][who] for who in ("obama", "obama2", "biden"))
    for same, other in ((again, biden), (again.embedding, biden.embedding)):
        assert visavis.compare(obama, same).same and not visavis.compare(obama, other).same
        assert visavis.compare(other, obama).threshold == pytest.approx(threshold, abs=0.001)
    assert visavis.compare(obama, again, 0.3).threshold == pytest.approx(0.3)
    assert visavis.distance(obama.embedding, again.embedding) < threshold


@pytest.mark.parametrize("name", SETS[1:])
def test_nobody_knows_the_threshold_of_numbers(faces, name):
    a, b = (faces[name][who].embedding for who in ("obama", "obama2"))
    with pytest.raises(ArgumentError, match="default_threshold"):
        visavis.compare(a, b)
    assert visavis.compare(a, b, THRESHOLDS[name]).same


@pytest.mark.parametrize("first, second", list(itertools.permutations(SETS, 2)))
def test_faces_of_two_sets_are_not_compared(faces, first, second):
    one, other = faces[first]["obama"], faces[second]["obama"]
    for compare in (visavis.compare, visavis.distance):
        with pytest.raises(ArgumentError, match=f"'{first}' and b by '{second}'"):
            compare(one, other)
        with pytest.raises(ArgumentError, match="different models"):
            compare(one.embedding, other.embedding)
    with pytest.raises(ArgumentError, match="different models"):
        visavis.compare_many(one, [other.embedding])


def test_a_recipe_looks_at_both_sides(faces, engines):
    """A face and its mirror image are one and the same; and equal embeddings have a distance, that of their density."""
    for name in ("dlib-1", "sface-1"):
        one = faces[name]["obama"].embedding
        assert 0.3 < visavis.distance(one, one) < THRESHOLDS[name]
        assert visavis.compare_many(one, [one])[0] == pytest.approx(visavis.distance(one, one), abs=1e-6)
        size = engines[name].models.chip_size
        chips = np.random.default_rng(1).integers(0, 255, (3, size, size, 3), np.uint8)
        both = engines[name].embed_chips(chips), engines[name].embed_chips(chips[:, :, ::-1])
        assert np.allclose(*both, atol=1e-5)


@pytest.mark.parametrize("mine", ["dlib-1", "sface-1"])
def test_a_gallery_is_opened_with_its_own_set(engines, portrait, tmp_path, mine, monkeypatch):
    monkeypatch.delenv("VISAVIS_MODEL_SET", raising=False)
    path = tmp_path / "people.vav"
    with visavis.Gallery(path, engine=engines[mine]) as people:
        people.enroll("Obama", [portrait("obama.jpg")])
    assert visavis.Gallery.model_set(path) == mine
    with visavis.Gallery(path) as people:
        assert people.engine.set == mine
        assert people.identify(portrait("obama2.jpg"))[0].decision is Decision.MATCH
        again = people.enroll("Obama", [portrait("obama.jpg")])
        assert again.already == [0] and not again.templates
        with pytest.warns(UserWarning, match="most people will not be recognised"):
            people.set_threshold(0.3)
        people.set_threshold(None)
    with visavis.Gallery(tmp_path / "new.vav") as people:
        assert people.engine.set == "dlib-1" and visavis.Engine().set == "dlib"
    monkeypatch.setenv("VISAVIS_MODEL_SET", "dlib")
    with pytest.raises(visavis.GalleryError, match=f'Open the models of the set "{mine}"'):
        visavis.Gallery(path)


@pytest.mark.parametrize("mine, other", [("dlib", "opencv-zoo"), ("dlib", "dlib-1"), ("dlib", "sface-1"),
                                         ("opencv-zoo", "dlib"), ("dlib-1", "dlib"),
                                         ("sface-1", "opencv-zoo"), ("dlib-1", "sface-1")])
def test_a_gallery_takes_what_its_set_made(engines, faces, portrait, tmp_path, mine, other):
    with visavis.Gallery(tmp_path / "people.vav", engine=engines[mine]) as people:
        person = people.enroll("Obama", [portrait("obama.jpg")]).person
        own, foreign = faces[mine]["obama2"], faces[other]["obama2"]
        assert people.identify_embedding(own).decision is Decision.MATCH
        assert people.verify(person, portrait("obama2.jpg")).same
        assert people.verify(person, portrait("obama2.jpg")).threshold == own.usual_threshold
        # Numbers of norm 1 are taken by a gallery of dlib's: they are near to nobody.
        made_up = (mine, other) == ("dlib", "opencv-zoo")
        for face in (foreign,) if made_up else (foreign, foreign.embedding):
            for act in (lambda e: people.add_template(person, e), people.identify_embedding, people.find_duplicates,
                        lambda e: people.verify_embedding(person, e, 1.2)):
                with pytest.raises(ArgumentError, match=other):
                    act(face)
        if made_up:
            assert people.identify_embedding(foreign.embedding).decision is Decision.UNKNOWN
    with pytest.raises(visavis.GalleryError, match=f'Open the models of the set "{mine}"'):
        visavis.Gallery(tmp_path / "people.vav", engine=engines[other])


def test_engine_and_models_are_of_one_set(engine, zoo, tmp_path):
    with pytest.raises(ArgumentError, match="'opencv-zoo'.*'dlib'.*same Models"):
        visavis.Gallery(tmp_path / "people.vav", engine=zoo, models=engine.models)
    assert not (tmp_path / "people.vav").exists()


def test_an_embedding_can_be_checked(zoo, engine):
    zoo.models.check_embedding(of_norm(1))
    engine.models.check_embedding(of_norm(1.4))
    for models, norm, words in ((zoo.models, 1.4, 'may be one of "dlib"'), (engine.models, 1, "opencv-zoo"),
                                (engine.models, 140, "norm 140"), (zoo.models, 0, "zeros")):
        with pytest.raises(ArgumentError, match=words):
            models.check_embedding(of_norm(norm))


def test_yunet_finds_faces_for_the_set_dlib(engine, zoo, portrait):
    yunet = visavis.Engine("yunet")
    face = yunet.analyze(portrait("obama.jpg"))[0]
    assert face.set == "dlib"
    assert visavis.distance(face, engine.analyze(portrait("obama.jpg"))[0]) < 0.2
    assert visavis.distance(face, yunet.analyze(portrait("obama2.jpg"))[0]) < 0.6
    assert visavis.distance(face, yunet.analyze(portrait("biden.jpg"))[0]) > 0.6
