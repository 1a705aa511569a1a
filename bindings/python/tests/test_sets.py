"""Sets of models: faces know theirs, and what one set made is refused by what is of another."""
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
def faces(engine, zoo, portrait):
    """faces[set][name], the face of a photo."""
    return {one.set: {name: one.analyze(portrait(f"{name}.jpg"))[0] for name in ("obama", "obama2", "biden")}
            for one in (engine, zoo)}


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


@pytest.mark.parametrize("name, threshold", [("dlib", 0.524), ("opencv-zoo", 1.154)])
def test_faces_are_compared_at_the_threshold_of_their_set(faces, name, threshold):
    obama, again, biden = (faces[name][who] for who in ("obama", "obama2", "biden"))
    for same, other in ((again, biden), (again.embedding, biden.embedding)):
        assert visavis.compare(obama, same).same and not visavis.compare(obama, other).same
        assert visavis.compare(other, obama).threshold == pytest.approx(threshold, abs=0.001)
    assert visavis.compare(obama, again, 0.3).threshold == pytest.approx(0.3)
    assert visavis.distance(obama.embedding, again.embedding) < threshold


def test_nobody_knows_the_threshold_of_numbers(faces):
    a, b = (faces["opencv-zoo"][name].embedding for name in ("obama", "obama2"))
    with pytest.raises(ArgumentError, match="default_threshold"):
        visavis.compare(a, b)
    assert visavis.compare(a, b, 1.1287).same


def test_faces_of_two_sets_are_not_compared(faces):
    one, other = faces["dlib"]["obama"], faces["opencv-zoo"]["obama"]
    for compare in (visavis.compare, visavis.distance):
        with pytest.raises(ArgumentError, match="'dlib' and b by 'opencv-zoo'"):
            compare(one, other)
        with pytest.raises(ArgumentError, match="different models"):
            compare(one.embedding, other.embedding)
    with pytest.raises(ArgumentError, match="different models"):
        visavis.compare_many(one, [other.embedding])


@pytest.mark.parametrize("mine, other", [("dlib", "opencv-zoo"), ("opencv-zoo", "dlib")])
def test_a_gallery_takes_what_its_set_made(engine, zoo, faces, portrait, tmp_path, mine, other):
    engines = {"dlib": engine, "opencv-zoo": zoo}
    with visavis.Gallery(tmp_path / "people.vav", engine=engines[mine]) as people:
        person = people.enroll("Obama", [portrait("obama.jpg")]).person
        own, foreign = faces[mine]["obama2"], faces[other]["obama2"]
        assert people.identify_embedding(own).decision is Decision.MATCH
        assert people.verify(person, portrait("obama2.jpg")).same
        assert people.verify(person, portrait("obama2.jpg")).threshold == own.usual_threshold
        # Numbers of norm 1 are taken by a gallery of dlib's: they are near to nobody.
        for face in (foreign, foreign.embedding) if mine != "dlib" else (foreign,):
            for act in (lambda e: people.add_template(person, e), people.identify_embedding, people.find_duplicates,
                        lambda e: people.verify_embedding(person, e, 1.2)):
                with pytest.raises(ArgumentError, match=other):
                    act(face)
        if mine == "dlib":
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
