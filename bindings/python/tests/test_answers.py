"""No answer may be taken for yes: what `if` could be asked about says yes only when it is, or raises with the fix."""
import copy
import pickle

import numpy as np
import pytest

import visavis
from visavis import Decision


def point(x):
    return np.array([x] + [0] * 126 + [1.3], dtype=np.float32)


@pytest.fixture
def ada(people):
    number = people.add_person("Ada")
    people.add_template(number, point(0))
    return number


def test_a_stranger_is_never_true(people, ada):
    stranger = people.verify_embedding(ada, point(1))
    assert stranger.same is False
    for answer in (stranger, people.identify_embedding(point(1)), people.identify_embeddings([point(1), point(0)]),
                   visavis.compare(point(0), point(1)), people.identify_embedding(point(1)).decision):
        with pytest.raises(TypeError, match="neither true nor false: |neither true nor false, "):
            if answer:
                pytest.fail("this would open the door")
        with pytest.raises(TypeError):
            not answer


def test_nor_is_who_is_known(people, ada):
    """Else the mistake would show only when the first stranger comes."""
    for answer in (people.verify_embedding(ada, point(0)), people.identify_embedding(point(0)),
                   people.identify_embeddings([point(0)]), Decision.MATCH):
        with pytest.raises(TypeError):
            bool(answer)


def test_other_results(people, ada, portrait):
    for answer, fix in ((people.enroll("Bob", np.zeros((90, 90, 3), np.uint8)), "templates"),
                        (people.forget_person(ada), "erased"), (people.verify_audit(), "sound")):
        with pytest.raises(TypeError, match=fix):
            bool(answer)


def test_no_face_is_still_an_empty_list(people):
    found = people.identify(np.zeros((90, 90, 3), np.uint8))
    assert found == [] and not found and len(found) == 0


def test_they_are_values_all_the_same(people, ada):
    comparison = visavis.compare(point(0), point(1))
    assert comparison == copy.copy(comparison) == pickle.loads(pickle.dumps(comparison))
    assert "UNKNOWN" in repr(comparison)
    assert Decision("match") is Decision.MATCH == "match" and f"{Decision.MATCH}" == "match"
    assert {Decision.MATCH: 1}[Decision.MATCH] == 1 and Decision.MATCH in (Decision.UNKNOWN, Decision.MATCH)
    assert [found.person for found in people.identify_embeddings([point(0)])] == ["Ada"]


def test_what_is_made_of_answers_is_no_truth_either(people, ada):
    found = people.identify_embeddings([point(9), point(9)])
    for made in (found[:1], found[:], found + found, found * 2, 2 * found, found.copy()):
        assert len(made) >= 1
        with pytest.raises(TypeError, match="person_id"):
            bool(made)
    assert not found[2:]
