"""Distances between embeddings and what they mean."""
import decimal
import fractions
import math

import numpy as np
import pytest

import visavis
from visavis import Decision

# Distances from the face in obama.jpg as the Python package face_recognition gives them, which enlarges once.
FROM_OBAMA = {"obama2.jpg": .3457, "obama3.jpg": .3321, "32bit.png": .3381, "biden.jpg": .8402}


def test_distances_are_those_of_face_recognition(keen_engine, photo):
    [obama] = keen_engine.analyze(photo("obama.jpg"))
    for name, known in FROM_OBAMA.items():
        [face] = keen_engine.analyze(photo(name))
        assert visavis.distance(obama, face) == pytest.approx(known, abs=2e-4), name


def test_not_enlarging_changes_little(engine, portrait, obama):
    """The box moves by some pixels; how near two people are does not move by more than a fortieth."""
    for name in ("obama2.jpg", "obama3.jpg", "biden.jpg"):
        [face] = engine.analyze(portrait(name))
        assert visavis.distance(obama, face) == pytest.approx(FROM_OBAMA[name], abs=.025), name


FLAT = np.full(128, 0.12)


def test_decision(engine, portrait, obama):
    [other] = engine.analyze(portrait("obama2.jpg"))
    [stranger] = engine.analyze(portrait("biden.jpg"))
    same, different = visavis.compare(obama, other), visavis.compare(obama, stranger)
    assert same.same and same.decision is Decision.MATCH and str(same.decision) == "match"
    assert not different.same and different.decision is Decision.UNKNOWN
    assert same.threshold == different.threshold == pytest.approx(0.524, abs=0.001) == visavis.default_threshold()
    assert not visavis.compare(obama, other, threshold=0.2).same
    assert visavis.compare(obama, stranger, threshold=1.1).same


def test_distance_is_euclidean():
    a, b = np.random.default_rng(1).normal(size=(2, 128))
    assert visavis.distance(a, b) == pytest.approx(np.linalg.norm(a - b), rel=1e-6)
    assert visavis.distance(a, a) == 0
    assert visavis.distance(list(a), tuple(b)) == visavis.distance(a, b)


def test_one_against_many():
    many = np.random.default_rng(2).normal(size=(1000, 128)).astype(np.float32)
    distances = visavis.compare_many(many[17], many)
    assert distances.shape == (1000,) and distances.dtype == np.float32 and distances[17] == 0
    assert np.allclose(distances, np.linalg.norm(many - many[17], axis=1), rtol=1e-5)
    assert np.allclose(visavis.compare_many(many[17], many[::2]), distances[::2])  # not contiguous
    assert visavis.compare_many(many[17], np.zeros((0, 128))).shape == (0,)


@pytest.mark.parametrize("wrong, words", [
    (np.zeros(127), r"127.*different models|\(n, 127\), not \(1, 128\)"),
    (np.zeros((1, 128)), r"\(n,\), not \(1, 128\)"),
    ("words", "not a picture .str."), ([["a"] * 128], "must be numbers"),
    ((np.ones(128) * 100).astype(int), "whole numbers .int64.*not scaled"),
    (np.full(128, np.nan), None), (np.full(128, np.inf), None),
    (visavis.Face(), "has no embedding"),
])
def test_wrong_embeddings(wrong, words):
    good = np.zeros(128)
    for compare in (lambda: visavis.distance(good, wrong), lambda: visavis.compare(wrong, good),
                    lambda: visavis.compare_many(wrong, [good])):
        with pytest.raises(visavis.ArgumentError, match=words):
            compare()


def test_embeddings_of_whole_numbers_in_a_list():
    with pytest.raises(visavis.ArgumentError, match="whole numbers .int64"):
        visavis.compare_many(np.zeros(128), [np.zeros(128), np.ones(128, int)])


def test_wrong_thresholds():
    for threshold in (0, 0.0, -0.0, -1, math.nan, math.inf, 1e-50, 1e-7, 1.3, 60, 101, 10**400, True, "0.5", 1j):
        with pytest.raises(visavis.ArgumentError, match="None for the default"):
            visavis.compare(np.zeros(128), np.ones(128), threshold)


def test_thresholds_of_other_kinds_of_number():
    for threshold in (0.5, np.float32(0.5), np.float64(0.5), fractions.Fraction(1, 2), decimal.Decimal("0.5"), 1):
        assert visavis.compare(FLAT, FLAT, threshold).threshold == float(threshold)
    assert visavis.compare(FLAT, FLAT, None).threshold == visavis.default_threshold()


def test_what_no_set_gives_is_not_compared():
    """The plain distance of averages, of rounded ones and of zeros is within the threshold for most strangers."""
    for norm in (0, 1e-6, 0.3, 0.63, 0.72, 0.85, 1.02):
        wrong = FLAT * norm / np.linalg.norm(FLAT)
        for other in (wrong, FLAT, FLAT / np.linalg.norm(FLAT)):
            for compare in (lambda a, b: visavis.compare(a, b, 1.1), visavis.distance,
                            lambda a, b: visavis.compare_many(a, [b])):
                for pair in ((wrong, other), (other, wrong)):
                    with pytest.raises(visavis.ArgumentError, match="zeros|averaged"):
                        compare(*pair)


def test_without_a_measured_threshold_one_must_be_given():
    ours = visavis.Face(set="mine", embedding=FLAT)
    for pair in ((ours, ours), (ours, FLAT), (FLAT, ours)):
        with pytest.raises(visavis.ArgumentError, match="nobody has measured a threshold.*'mine'"):
            visavis.compare(*pair)
        assert visavis.compare(*pair, 0.5).same
    with pytest.raises(visavis.ArgumentError, match="threshold was left out"):
        visavis.compare(np.ones(512), np.ones(512))


def test_lengths_say_which_model():
    """Whatever is of no embedding's length is refused, and so are two of different models."""
    for wrong in (0, 1, 63, 2049):
        with pytest.raises(visavis.ArgumentError, match="numbers"):
            visavis.distance(np.zeros(wrong), np.zeros(wrong))
    with pytest.raises(visavis.ArgumentError, match="different models"):
        visavis.distance(np.zeros(128), np.zeros(512))
    with pytest.raises(visavis.ArgumentError):
        visavis.compare_many(np.zeros(128), np.zeros((3, 512)))
    assert visavis.distance(np.full(512, 2.0), np.full(512, 1.0)) == pytest.approx(np.sqrt(512))
    assert visavis.compare_many(np.full(512, 2.0), np.ones((2, 512))) == pytest.approx([np.sqrt(512)] * 2)


def test_a_gallery_refuses_embeddings_of_another_length(tmp_path):
    with visavis.Gallery(tmp_path / "people.vav") as gallery:
        person = gallery.add_person("Ada")
        gallery.add_template(person, np.full(128, 0.1))
        for act in (lambda e: gallery.add_template(person, e), gallery.identify_embedding,
                    lambda e: gallery.verify_embedding(person, e)):
            with pytest.raises(visavis.ArgumentError, match="512 numbers"):
                act(np.full(512, 0.1))
        with pytest.raises(visavis.ArgumentError, match="same length"):
            gallery.identify_embeddings([np.full(128, 0.1), np.full(512, 0.1)])
