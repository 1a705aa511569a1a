"""Error rates, presets and what they decide, on real faces and on made-up ones."""
import json

import numpy as np
import pytest

import visavis
from visavis import ArgumentError, Decision, Preset, Support


def near(distance):
    """An embedding as long as dlib's, at a distance from that of 0."""
    angle = 2 * np.arcsin(distance / 2 / 1.4)
    return np.array([1.4 * np.cos(angle), 1.4 * np.sin(angle)] + [0] * 126, dtype=np.float32)


@pytest.fixture
def people(engine, tmp_path):
    with visavis.Gallery(tmp_path / "people.vav", engine=engine, durability="normal") as gallery:
        gallery.add_template(gallery.add_person("Ada"), near(0))
        for number in range(30):
            gallery.add_template(gallery.add_person(f"p{number}"), near(2 + number / 100))
        yield gallery


def test_a_rate_gives_a_threshold_and_a_threshold_its_rate(engine):
    models = engine.models
    for rate in (0.1, 1e-2, 1e-3, 1e-5):
        limits = models.limits(false_rate=rate, comparisons=1)
        assert limits.support is Support.MEASURED and limits.rate == pytest.approx(rate, rel=0.01)
        assert models.limits(threshold=limits.threshold).rate == pytest.approx(rate, rel=0.01)
    assert models.limits() == models.limits(preset=Preset.STANDARD)
    assert models.limits(comparisons=1000).threshold < models.limits(comparisons=100).threshold
    assert models.limits(comparisons=10**6).support is Support.EXTRAPOLATED
    assert models.limits(preset="compat", comparisons=1000).threshold == 0.6
    assert models.limits(preset="compat", comparisons=1000).rate > 0.9


def test_the_table_is_there(engine):
    table = engine.models.calibration
    assert table["set"] == "dlib" and table["persons"] > 1000 and engine.models.measured
    for row in table["rows"]:
        assert row["false_matches"] >= 10 and row["fmr"]["low"] <= row["fmr"]["value"] <= row["fmr"]["high"]
    thresholds = [row["threshold"] for row in table["rows"]]
    assert thresholds == sorted(thresholds, reverse=True)


def test_a_table_of_ones_own_decides(engine, tmp_path, monkeypatch):
    ours = engine.models
    table = {**ours.calibration, "recipe": ours.recipe, "model_sha256": ours.model_sha256, "persons": 70}
    for row in table["rows"]:
        row["threshold"] /= 2
    file = tmp_path / "table.json"
    file.write_text(json.dumps(table), "utf-8")
    with visavis.Models(calibration=file) as own:
        mine, theirs = own.limits(), ours.limits()
        assert mine.threshold == pytest.approx(theirs.threshold / 2) and (mine.table, mine.persons) == ("own", 70)
        assert (theirs.table, theirs.persons) == ("library", ours.calibration["persons"])
        assert own.calibration == table
        assert own.similarity(0.3).probability == pytest.approx(ours.similarity(0.6).probability, rel=1e-4)
        with visavis.Gallery(tmp_path / "own.vav", models=own, durability="normal") as gallery:
            gallery.add_template(gallery.add_person("Ada"), near(0))
            assert gallery.identify_embedding(near(0.4)).decision is Decision.UNKNOWN
            assert gallery.identify_embedding(near(0)).limits.table == "own"
    monkeypatch.setenv("VISAVIS_CALIBRATION", str(file))
    assert visavis.Models().limits().table == "own"
    with pytest.raises(ArgumentError, match='made with the set of models "dlib"'):
        visavis.Models(set="opencv-zoo")
    # Of other models than the table's: the models that a gallery moves to, say.
    assert visavis.Models(set="opencv-zoo", calibration=False).limits().table == "library"
    file.write_text(json.dumps({**table, "impostor": 7}), "utf-8")
    with pytest.raises(ArgumentError, match="altered.*VISAVIS_CALIBRATION names it"):
        visavis.Models()


def test_a_table_that_contradicts_the_librarys_is_refused(engine, tmp_path):
    """By this one every stranger is a match, once in ten thousand times."""
    ours = engine.models
    table = {**ours.calibration, "recipe": ours.recipe, "model_sha256": ours.model_sha256}
    for number, row in enumerate(table["rows"]):
        row["threshold"] = 1.2 - number * 1e-4
    file = tmp_path / "table.json"
    file.write_text(json.dumps(table), "utf-8")
    with pytest.raises(ArgumentError, match="take them for your people"):
        visavis.Models(calibration=file)


def test_similarity_is_a_probability(engine):
    models = engine.models
    distances = np.linspace(0.05, 1.1, 200, dtype=np.float32)
    found = models.similarities(distances)
    assert np.all(np.diff(found) <= 0) and found[0] > 0.999 and found[-1] < 0.05
    assert np.all((found > 0) & (found < 1))
    assert np.all(models.similarities(distances, prior=1e-3) < found)
    one = models.similarity(0.5)
    assert one.support is Support.MEASURED and one.probability == pytest.approx(models.similarities([0.5])[0])
    assert models.similarity(0.1, prior=0.999999).probability < 1
    assert 0 < models.similarity(0.1, prior=1e-38).probability < 1e-32
    assert models.similarity(0.1).support is Support.EXTRAPOLATED
    assert models.similarity(np.inf) == visavis.Similarity(None, Support.NOT_EVALUATED)
    assert models.similarities([]).shape == (0,)
    for wrong in (0, 1, 1.5, -0.1, "0.5", np.nan):
        with pytest.raises(ArgumentError, match="prior"):
            models.similarity(0.5, prior=wrong)
    for wrong in (-0.5, np.nan, "0.5"):
        with pytest.raises(ArgumentError, match="distance"):
            models.similarity(wrong)


def test_a_search_says_how_often_a_stranger_would_be_named(people):
    found = people.identify_embedding(near(0.1))
    assert found.decision is Decision.MATCH and found.person == "Ada"
    assert found.limits.comparisons == 31 and found.limits.rate == pytest.approx(0.01, rel=0.01)
    assert found.limits.threshold == found.threshold == found.limits.review
    stricter = people.identify_embedding(near(0.1), false_rate=1e-4)
    assert stricter.threshold < found.threshold and stricter.limits.rate == pytest.approx(1e-4, rel=0.01)
    people.set_threshold(0.3)
    own = people.identify_embedding(near(0.1))
    assert own.threshold == 0.3 and 0 < own.limits.rate < 0.01
    assert people.identify_embedding(near(0.1), preset="standard").threshold == found.threshold


def test_a_door_reviews_and_finds_ambiguous(people):
    limits = people.identify_embedding(near(1), preset="door").limits
    assert limits.threshold < limits.review and limits.margin > 0
    between = (limits.threshold + limits.review) / 2
    review = people.identify_embedding(near(between), preset=Preset.DOOR)
    assert review.decision is Decision.REVIEW and review.person is None and review.candidates[0].name == "Ada"
    assert people.verify_embedding("Ada", near(between), preset="door").decision in (Decision.REVIEW, Decision.MATCH)
    people.add_template(people.add_person("Ada's twin"), near(0.01))
    twin = people.identify_embedding(near(0), preset="door", candidates=1)
    assert twin.decision is Decision.AMBIGUOUS and twin.person is None and len(twin.candidates) == 1
    with pytest.raises(TypeError):
        bool(twin.decision)


@pytest.mark.parametrize("comparisons", [-1, 1.5, True, "3", 2**63, 2**64 + 5])
def test_a_number_of_comparisons_that_is_none(people, comparisons):
    """Those that are too large must not be cut to another number."""
    with pytest.raises(ArgumentError, match="comparisons"):
        people.engine.models.limits(preset="door", comparisons=comparisons)


def test_who_may_not_be_let_in_is_neither_reviewed_nor_overlooked(people):
    limits = people.identify_embedding(near(1), preset="door").limits
    twin = people.add_person("Ada's twin")
    people.add_template(twin, near(limits.margin / 4))
    people.update_person(twin, enabled=False)
    answer = people.identify_embedding(near(0), preset="door")
    assert answer.decision is Decision.AMBIGUOUS and answer.person is None and not answer.inactive
    assert people.identify_embedding(near(0)).person == "Ada"
    assert people.verify_embedding(twin, near(0.49), preset="door").decision is Decision.INACTIVE


def test_verify_says_its_rate(people):
    answer = people.verify_embedding("Ada", near(0.1))
    assert answer.same and answer.rate == pytest.approx(1e-3, rel=0.01) and answer.support is Support.MEASURED
    assert people.verify_embedding("Ada", near(0.1), false_rate=1e-5).threshold < answer.threshold
    assert visavis.compare(near(0), near(0.1)).rate is None


@pytest.mark.parametrize("wrong, words", [
    (dict(threshold=0.5, preset="door"), "only one"), (dict(false_rate=0.1, preset="door"), "only one"),
    (dict(preset="strict"), "standard, photos, door, compat"), (dict(preset=1), "preset"),
    (dict(false_rate=0), "above 0"),
    (dict(false_rate=0.9), "at most 0.5"), (dict(false_rate="0.1"), "number"), (dict(false_rate=True), "number")])
def test_what_makes_no_sense_is_said(people, wrong, words):
    for ask in (people.identify_embedding, lambda probe, **how: people.verify_embedding("Ada", probe, **how),
                lambda _probe, **how: people.engine.models.limits(**how)):
        with pytest.raises(ArgumentError, match=words):
            ask(near(0), **wrong)
