"""A number that only a newer version of the library gives is passed on by its number, and never opens a door."""
import copy
import pickle

import numpy as np
import pytest

import visavis
from visavis import Decision
from visavis._library import library

PROBE = np.full(128, 0.12, np.float32)


@pytest.fixture
def newer(monkeypatch):
    """newer(function, member=7): what the library's function writes has that number there."""
    def change(function, **members):
        real = getattr(library(), function)

        def changed(*arguments):
            status = real(*arguments)
            for argument in arguments:
                written = getattr(argument, "_obj", None)
                for member, number in members.items():
                    if hasattr(written, member):
                        setattr(written, member, number)
            return status
        monkeypatch.setattr(library(), function, changed)
    return change


def require_no_match(decision):
    assert decision not in list(Decision) and decision != Decision.MATCH
    assert str(decision) == f"{decision}" == "decision 7 of a newer version" and "7" in repr(decision)
    assert decision == copy.deepcopy(decision) == pickle.loads(pickle.dumps(decision))
    with pytest.raises(TypeError):
        bool(decision)


def test_compare(newer):
    newer("vav_compare", decision=7)
    comparison = visavis.compare(PROBE, PROBE)
    require_no_match(comparison.decision)
    assert comparison.same is False and comparison.distance == 0


def test_gallery(people, newer, monkeypatch):
    ada = people.add_person("Ada")
    people.add_template(ada, PROBE)
    people.set_audit(True)
    newer("vav_gallery_verify_with", decision=7)
    assert people.verify_embedding(ada, PROBE).same is False
    monkeypatch.setattr(library(), "vav_matches_decision", lambda matches: 7)
    found = people.identify_embedding(PROBE)
    require_no_match(found.decision)
    assert found.person is None and found.person_id is None


def test_audit(people, newer, monkeypatch):
    people.set_audit(True)
    people.identify_embedding(PROBE)
    newer("vav_audit_entries_get", decision=7)
    assert [entry.decision for entry in people.audit()] == [None, "decision 7 of a newer version"]
    newer("vav_audit_entries_get", event=99)
    assert {entry.event for entry in people.audit()} == {"event 99 of a newer version"}


def test_source(monkeypatch):
    monkeypatch.setattr(library(), "vav_image_get_source", lambda image: 99)
    image = visavis.Image.from_array(np.zeros((4, 4), np.uint8))
    assert image.source == "format 99 of a newer version" and "99" in repr(image)


def test_a_text_of_nobody_is_no_decision():
    for text in ("yes", "decision", "decision of a newer version", 7):
        with pytest.raises(ValueError):
            Decision(text)
