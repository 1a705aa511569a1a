"""Photos of one person, assessed together: verdicts, who else looks like them, and what is refused."""
import pickle

import numpy as np
import pytest

import visavis
from visavis import Face, PhotoVerdict


def point(x):
    values = np.zeros(128, np.float32)
    values[:2] = x, 1.3
    return values


def verdicts(assessed):
    return [str(photo.verdict) for photo in assessed.photos]


def test_photos_of_somebody_new():
    models = visavis.Models(set="dlib")
    turned = Face(comparable=False, advice="turned away")
    assessed = models.assess([point(0), point(0.1), point(2.5), point(0.1), "no_face", turned, PhotoVerdict.QUALITY])
    assert verdicts(assessed) == ["accepted", "accepted", "different_face", "same_picture", "no_face",
                                  "not_comparable", "quality"]
    first, _, other, again, nobody, *_ = assessed.photos
    assert (first.compared, first.within, first.same_as, first.same_template) == (1, 1, None, None)
    assert first.nearest == first.mean == pytest.approx(0.1)
    assert (other.compared, other.within) == (2, 0) and other.mean == pytest.approx(2.45)
    assert again.same_as == 1 and nobody.nearest is None
    assert (assessed.templates, assessed.rivals, assessed.undecided, assessed.wrong_person) == (0, 1, False, False)
    assert assessed.limits == models.limits(preset="photos") and assessed.lookalike_limits.threshold == 0
    assert models.assess([point(0), point(2.5)]).undecided and models.assess([]).photos == []
    assert verdicts(models.assess([point(0), point(2.5)], all_of_person=True)) == ["accepted", "accepted"]
    assert verdicts(models.assess([point(0), point(0.1)], threshold=0.05)) == ["accepted", "different_face"]
    for answer in (assessed, first.verdict):
        with pytest.raises(TypeError):
            bool(answer)
    assert pickle.loads(pickle.dumps(assessed)) == assessed


def test_beside_a_gallery(people):
    ada, bob = people.add_person("Ada"), people.add_person("Bob", enabled=False)
    template = people.add_template(ada, point(0))
    people.add_template(bob, point(2.5))
    assessed = people.assess([point(0), point(0.1), point(2.6)], "Ada")
    assert verdicts(assessed) == ["same_picture", "accepted", "different_face"]
    assert assessed.photos[0].same_template == template and assessed.templates == 1
    assert [(one.id, one.name) for one in assessed.photos[2].looks_like] == [(bob, "Bob")]
    assert assessed.lookalike_limits.comparisons == 2
    assert people.assess([point(2.6)], ada, lookalikes=False).wrong_person
    assert people.assess([point(0.1)], lookalike_threshold=0.01).photos[0].looks_like == []
    assert people.info().templates == 2
    with pytest.raises(visavis.NotFoundError):
        people.assess([point(0)], 9)


@pytest.mark.parametrize("photos, said", [
    ([point(0)[:64]], r"photos\[0\] has 64"), ([point(0), point(0) * 0], r"embeddings\[1\]"),
    (["blind"], r"photos\[0\]"), (["accepted"], r"photos\[0\]"), ("no_face", "photos must be a list"),
    ([None], r"photos\[0\]"), (10_001 * ["no_face"], "count")])
def test_what_is_refused(photos, said):
    with pytest.raises(visavis.ArgumentError, match=said):
        visavis.Models(set="dlib").assess(photos)
