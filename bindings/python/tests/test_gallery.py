"""Persons, templates, searches, transactions: in a real gallery file."""
import math
import threading
from dataclasses import replace
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import visavis
from visavis import Decision, Gallery


def point(*values):
    """Distances between points are those of these numbers; the last one gives each the norm of a face's embedding."""
    return np.array([*values, *[0] * (127 - len(values)), 1.3], dtype=np.float32)


# ---- Pictures in, persons out ----

def test_enroll_and_identify(people, photo, portrait):
    outcome = people.enroll("Barack", [photo("obama.jpg"), photo("obama2.jpg").read_bytes()])
    assert outcome.person == 1 and len(outcome.templates) == 2 and outcome.refused == []
    people.enroll("Joe", portrait("biden.jpg"))

    [face] = people.identify(portrait("obama3.jpg"))
    assert (face.decision, face.person, face.person_id) == (Decision.MATCH, "Barack", 1)
    assert 0.25 < face.distance < 0.4 and face.threshold == pytest.approx(0.524, abs=0.001)
    assert [candidate.name for candidate in face.candidates] == ["Barack", "Joe"]
    assert face.candidates[0].template in outcome.templates and face.candidates[1].distance > 0.6
    assert face.box.width > 200 and face.face.embedding.shape == (128,)

    [face] = people.identify(portrait("obama3.jpg"), threshold=0.1)
    assert (face.decision, face.person, face.person_id) == (Decision.UNKNOWN, None, None)
    assert 0.25 < face.distance < 0.4  # the nearest, though it is not near enough
    [face] = people.identify(portrait("obama3.jpg"), threshold=0.1, only_within_threshold=True)
    assert face.candidates == [] and face.distance == math.inf


def test_identify_in_an_empty_gallery(people, portrait):
    [face] = people.identify(portrait("obama.jpg"))
    assert face.decision is Decision.UNKNOWN and face.candidates == []
    assert f"{face.decision} {face.person} {face.distance:.2f}" == "unknown None inf"


def test_nobody_in_the_picture(people):
    assert people.identify(np.zeros((100, 100, 3), np.uint8)) == []


def test_refused_pictures(people, portrait, tmp_path):
    two = np.hstack([portrait("obama.jpg"), portrait("biden.jpg")])
    (tmp_path / "text.jpg").write_text("no picture")
    blank = np.zeros((100, 100, 3), np.uint8)
    bad = [tmp_path / "text.jpg", blank, two, "gone.jpg"]
    outcome = people.enroll("Barack", [*bad, portrait("obama.jpg")])
    assert len(outcome.templates) == 1
    assert [refusal.index for refusal in outcome.refused] == [0, 1, 2, 3]
    assert [refusal.picture for refusal in outcome.refused] == [str(bad[0]), "ndarray", "ndarray", "gone.jpg"]
    assert outcome.refused[1].reason == "shows no face, not one"
    assert outcome.refused[2].reason == "shows 2 faces, not one"

    outcome = people.enroll("Nobody", bad)
    assert outcome.person is None and outcome.templates == [] and len(outcome.refused) == 4
    assert [person.name for person in people.persons()] == ["Barack"]


def test_enrolling_again_adds_to_the_same_person(people, photo, portrait):
    first = people.enroll("Barack", str(photo("obama.jpg")), metadata={"door": 3})
    again = people.enroll("Barack", photo("obama2.jpg"))
    by_id = people.enroll(first.person, portrait("obama3.jpg"))
    assert first.person == again.person == by_id.person
    assert people.person(first.person).templates == 3 and people.person(first.person).metadata == {"door": 3}
    assert [template.source for template in people.templates(first.person)] == [
        str(photo("obama.jpg")), str(photo("obama2.jpg")), None]


def test_enrolling_where_names_are_not_unique(people, portrait):
    picture = portrait("obama.jpg")
    one, two = people.add_person("Ada"), people.add_person("Ada", external_id="staff-2")
    with pytest.raises(visavis.ArgumentError, match=f"2 persons are called 'Ada', among them {one} and {two}"):
        people.enroll("Ada", picture)
    assert people.enroll("Ada", picture, external_id="staff-2").person == two
    assert people.enroll("Ada", picture, external_id="staff-3").person == one  # who had none
    new = people.enroll("Ada", picture, external_id="staff-4").person
    assert new not in (one, two) and people.person(new).external_id == "staff-4"
    with pytest.raises(visavis.NotFoundError):
        people.enroll(99, picture)


def test_verify(people, portrait):
    person = people.enroll("Barack", portrait("obama.jpg")).person
    assert people.verify(person, portrait("obama2.jpg")).same
    refused = people.verify(person, portrait("biden.jpg"))
    assert refused.decision is Decision.UNKNOWN and refused.distance > 0.6
    nobody = people.verify(person, np.zeros((100, 100, 3), np.uint8), threshold=0.5)
    assert (nobody.decision, nobody.distance, nobody.threshold) == (Decision.NOT_EVALUATED, math.inf, 0.5)
    assert people.verify(people.add_person("New"), portrait("obama.jpg")).decision is Decision.NOT_EVALUATED
    with pytest.raises(visavis.NotFoundError):
        people.verify(99, portrait("obama.jpg"))


# ---- Persons ----

def test_person(people):
    before = datetime.now(timezone.utc)
    number = people.add_person("Ada Lovelace", external_id="staff-1", metadata={"doors": [1, 2], "née": "Byron"})
    ada = people.person(number)
    assert (ada.id, ada.name, ada.external_id, ada.templates) == (number, "Ada Lovelace", "staff-1", 0)
    assert ada.metadata == {"doors": [1, 2], "née": "Byron"}
    assert abs(ada.created - before) < timedelta(seconds=5) and ada.updated >= ada.created


def test_update_and_remove_person(people):
    number = people.add_person("Ada", external_id="staff-1")
    people.rename_person(number, "Ada Lovelace")
    people.update_person(number, metadata={"door": 2})
    ada = people.person(number)
    assert (ada.name, ada.external_id, ada.metadata) == ("Ada Lovelace", "staff-1", {"door": 2})
    people.update_person(number, external_id="")
    assert people.person(number).external_id is None
    people.remove_person(number)
    for use in (lambda: people.person(number), lambda: people.remove_person(number), lambda: people.templates(number),
                lambda: people.rename_person(number, "x"), lambda: people.add_template(number, point(1))):
        with pytest.raises(KeyError):
            use()
    assert people.add_person("Grace") > number


def test_external_ids_are_unique(people):
    people.add_person("Ada", external_id="staff-1")
    with pytest.raises(visavis.AlreadyExistsError, match="staff-1"):
        people.add_person("Grace", external_id="staff-1")


def test_list_over_pages(people, monkeypatch):
    with people.transaction():
        numbers = [people.add_person(f"person {index % 7}", external_id=f"x{index}") for index in range(25)]
    monkeypatch.setattr("visavis._store._PAGE", 10)
    assert [person.id for person in people.persons()] == numbers
    assert [person.id for person in people.persons(name="person 3")] == [4, 11, 18, 25]
    assert [person.id for person in people.persons(external_id="x6")] == [7]
    assert list(people.persons(name="nobody")) == []


# ---- Templates and searching ----

def test_templates(people):
    ada = people.add_person("Ada")
    first = people.add_template(ada, point(1), quality=0.25, source="door camera 2")
    second = people.add_template(ada, list(point(2)))
    one, two = people.templates(ada)
    assert (one.id, one.quality, one.source) == (first, 0.25, "door camera 2")
    assert (two.id, two.quality, two.source) == (second, None, None)
    assert np.array_equal(one.embedding, point(1)) and one.embedding.dtype == np.float32
    people.remove_template(first)
    assert [template.id for template in people.templates(ada)] == [second]
    with pytest.raises(visavis.NotFoundError):
        people.remove_template(first)


@pytest.mark.parametrize("values", [np.zeros(128), np.full(128, 1e-9), np.full(128, 0.01), np.full(128, 1e6)])
def test_what_no_face_has_becomes_no_template(people, values):
    """Zeros would match whoever fails to be embedded."""
    ada = people.add_person("Ada")
    with pytest.raises(visavis.ArgumentError):
        people.add_template(ada, values.astype(np.float32))
    assert people.templates(ada) == [] and people.check() == []


def test_made_up_embeddings_of_length_1_are_taken(people):
    """Who tries the gallery without faces, or has a model of their own, has these. They are far from every face."""
    ada = people.add_person("Ada")
    people.add_template(ada, np.eye(128, dtype=np.float32)[7])
    assert people.identify_embedding(np.eye(128)[7]).person_id == ada
    assert people.identify_embedding(np.eye(128)[8]).person_id is None


def test_search_gives_persons_by_their_nearest_template(people):
    ada, bob, eve = (people.add_person(name) for name in ("Ada", "Bob", "Eve"))
    nearest = [people.add_template(ada, point(x)) for x in (5, 1, 3)][1]
    people.add_template(bob, point(0, 2))
    people.add_template(eve, point(0, 0, 9))
    found = people.identify_embedding(point(0), candidates=2, threshold=1.1)
    assert (found.decision, found.person, found.person_id, found.box) == (Decision.MATCH, "Ada", ada, None)
    assert [(c.id, c.name, c.distance) for c in found.candidates] == [(ada, "Ada", 1), (bob, "Bob", 2)]
    assert found.candidates[0].template == nearest
    assert people.verify_embedding(ada, point(0), threshold=1.1).same
    assert people.verify_embedding(eve, point(0)).distance == 9


def test_search_is_exact(people):
    embeddings = np.random.default_rng(5).normal(size=(300, 128)).astype(np.float32)
    with people.transaction():
        for index, embedding in enumerate(embeddings):
            people.add_template(people.add_person(str(index)), embedding)
    for probe in embeddings[::60] + np.float32(0.3):
        order = np.argsort(visavis.compare_many(probe, embeddings))[:5]
        assert [int(c.name) for c in people.identify_embedding(probe).candidates] == order.tolist()
        one, two = people.identify_embeddings([probe, probe])
        assert one.candidates == two.candidates == people.identify_embedding(probe).candidates
    assert people.identify_embeddings([]) == []


# ---- The whole ----

def test_transaction(people):
    with people.transaction():
        people.add_person("Ada")
    with pytest.raises(ZeroDivisionError), people.transaction():
        people.add_person("Bob")
        1 / 0
    assert [person.name for person in people.persons()] == ["Ada"]
    with people.transaction(), pytest.raises(visavis.StateError):
        with people.transaction():
            pass
    people.add_person("Cy")  # the refused one left nothing open


def test_enroll_within_a_transaction(people, portrait):
    with pytest.raises(ZeroDivisionError), people.transaction():
        assert people.enroll("Barack", portrait("obama.jpg")).person == 1
        1 / 0
    assert people.info().persons == 0


def test_failed_enrollment_leaves_nothing(people, portrait):
    with pytest.raises(visavis.VisavisError):
        people.enroll("", portrait("obama.jpg"))
    assert people.info().persons == 0 and people.check() == []


def test_info_and_check(people, models):
    people.add_template(people.add_person("Ada"), point(1))
    info = people.info()
    assert (info.persons, info.templates, info.schema_version) == (1, 1, 4)
    assert info.model_sha256 in [model.sha256 for model in models.list()] and "150" in info.recipe
    assert people.check() == []


def test_kept_in_the_file(tmp_path, engine):
    path = tmp_path / "Ñandú 顔 people.vav"
    with Gallery(path, engine=engine) as people:
        people.add_person("Ada")
    with Gallery(str(path), engine=engine, mode="must_exist") as people:
        assert [person.name for person in people.persons()] == ["Ada"]


def test_modes(tmp_path, engine):
    path = tmp_path / "people.vav"
    with pytest.raises(FileNotFoundError):
        Gallery(path, engine=engine, mode="must_exist")
    Gallery(path, engine=engine, mode="must_be_new").close()
    with pytest.raises(visavis.AlreadyExistsError):
        Gallery(path, engine=engine, mode="must_be_new")
    with Gallery(path, engine=engine, mode="read_only") as people, pytest.raises(PermissionError):
        people.add_person("Ada")
    with pytest.raises(visavis.ArgumentError, match="one of open_or_create"):
        Gallery(path, engine=engine, mode="append")


def test_not_a_gallery(tmp_path, engine):
    (tmp_path / "notes.txt").write_text("not a gallery, but long enough to look at it for a while" * 50)
    with pytest.raises(visavis.GalleryError):
        Gallery(tmp_path / "notes.txt", engine=engine)


def test_busy_gallery(tmp_path, engine):
    path = tmp_path / "people.vav"
    with Gallery(path, engine=engine) as one, Gallery(path, engine=engine, busy_timeout=0) as other:
        with one.transaction():
            one.add_person("Ada")
            with pytest.raises(visavis.GalleryError) as caught:
                other.add_person("Bob")
            assert caught.value.name == "VAV_E_GALLERY_BUSY"
        other.add_person("Bob")
        assert [person.name for person in one.persons()] == ["Ada", "Bob"]


def test_closed_gallery(people):
    people.close()
    people.close()
    with pytest.raises(visavis.StateError, match="this gallery is closed"):
        people.info()
    with pytest.raises(visavis.StateError, match="this gallery is closed"), people:
        raise AssertionError("a closed gallery was entered")


def test_threads_share_one_gallery(people):
    """Eight threads add and search at once; enrolments do not get into each other's transactions."""
    def work(index):
        person = people.add_person(f"person {index}")
        people.add_template(person, point(index))
        return people.identify_embedding(point(index), threshold=0.1).person_id == person

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(64)))
    assert people.info().templates == 64 and people.check() == []


def test_threads_enroll_at_once(people, obama, monkeypatch):
    other = replace(obama, embedding=obama.embedding + np.float32(0.001))  # another picture of the same face
    monkeypatch.setattr(people, "_one_face", lambda picture, _policy: obama if picture == "a.jpg" else other)
    barrier = threading.Barrier(8)

    def work(index):
        barrier.wait()
        return people.enroll("Barack" if index % 2 else f"person {index}", ["a.jpg", "b.jpg"])

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(work, range(8)))
    assert len({outcome.person for outcome in outcomes}) == 5
    assert people.info().persons == 5 and people.info().templates == 10  # none twice


@pytest.mark.parametrize("use", [
    lambda people: people.add_person(""), lambda people: people.add_person("a\0b"), lambda people: people.add_person(5),
    lambda people: people.add_person("Ada", metadata={"x": math.nan}),
    lambda people: people.add_person("Ada", metadata={"x": object()}),
    lambda people: people.add_person("A" * 2000), lambda people: people.add_person("\udc80"),
    lambda people: people.add_template(1.5, point(1)), lambda people: people.add_template(1, point(math.nan)),
    lambda people: people.add_template(1, point(1), quality=7), lambda people: people.add_template(1, [1, 2, 3]),
    lambda people: people.identify_embedding(point(1), candidates=0),
    lambda people: people.identify_embedding(point(1), candidates=2**32 + 1),
    lambda people: people.identify_embedding(point(1), threshold=-1),
    lambda people: people.verify_embedding(1, point(1), threshold=0),
])
def test_wrong_arguments(people, use):
    people.add_person("Ada")
    with pytest.raises(visavis.ArgumentError):
        use(people)
    assert people.info().persons == 1 and people.info().templates == 0


def test_ids_too_large_are_nobodys(people):
    for number in (0, -1, 2**63, 2**64 + 1):
        with pytest.raises(visavis.NotFoundError):
            people.person(number)
        with pytest.raises(visavis.VisavisError):
            people.remove_person(number)
