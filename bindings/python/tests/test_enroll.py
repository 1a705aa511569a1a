"""Enrolling as the command does it: whom a text means, whose face it is, which pictures; dates, rights, thresholds."""
import io
import zoneinfo
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest

import visavis
from visavis import Decision, Gallery


def point(*values):
    """Distances between points are those of their values; the last one gives each the norm of a face's embedding."""
    return np.array([*values, *[0] * (127 - len(values)), 1.3], dtype=np.float32)


def face(*values):
    return visavis.Face(embedding=point(*values))


@pytest.fixture
def faces(people, monkeypatch):
    """people.enroll(name, faces): as if the pictures had been looked at."""
    monkeypatch.setattr("visavis.gallery.require_picture", lambda picture: None)
    monkeypatch.setattr(people, "_one_face", lambda picture, _policy: picture)
    return people


# ---- Whom a text means ----

def test_forms_that_mean_one_person(people):
    two, three = people.add_person("2"), people.add_person("3", external_id="staff-7")
    assert (two, three) == (1, 2)
    for text, number in (("id:2", 2), ("name:2", 1), ("name:3", 2), ("ext:staff-7", 2), ("1", 1), (2, 2)):
        assert people.find(text).id == number
    for text in ("2", "3"):  # also a name; nobody's id, and a name
        with pytest.raises(visavis.ArgumentError, match="could mean two persons"):
            people.find(text)
    for text in ("id:9", "9", "ext:none", "name:none", "nobody"):
        with pytest.raises(visavis.NotFoundError):
            people.find(text)
    for text in ("id:x", "id:2x"):
        with pytest.raises(visavis.ArgumentError):
            people.find(text)
    people.add_person("ext:staff-7")
    with pytest.raises(visavis.ArgumentError, match="id:3"):
        people.find("ext:staff-7")
    people.add_person("Ada"), people.add_person("Ada")
    with pytest.raises(visavis.ArgumentError, match="id:4, id:5"):
        people.find("Ada")


def test_of_a_new_person_the_true_reason_is_given(faces):
    """The picture that is refused may be the first: nothing is nearest to it in the gallery."""
    result = faces.enroll("Ada", [face(2), face(0), face(0, 0.1)])
    [refused] = result.refused
    assert (refused.index, refused.kind) == (0, "different_face")
    assert "most of the pictures given for person 1" in refused.reason and "at 2.000" in refused.reason
    [refused] = faces.enroll("Ada", [face(3)]).refused
    assert "than that of person 1: the nearest template is at 3.000" in refused.reason


def test_nobody_is_left_without_a_template(tmp_path):
    """Two equal embeddings of dlib-1 are some 0.6 apart: a threshold of 0.3 takes the first."""
    rows = np.eye(128, dtype=np.float32)[:3] * np.float32(np.sqrt(0.5))
    assert visavis.distance(rows[0], rows[0]) > 0.3
    assessed = visavis.Models(set="dlib-1").assess(rows, threshold=0.3)
    assert [str(photo.verdict) for photo in assessed.photos] == ["accepted", "different_face", "different_face"]


def test_enroll_takes_no_number_for_a_name_when_it_is_an_id(faces):
    faces.add_person("Ada"), faces.add_person("Bob")
    with pytest.raises(visavis.ArgumentError, match="id:2.*name:2"):
        faces.enroll("2", [face(1)])
    assert faces.enroll("id:2", [face(1)]).person == faces.enroll(2, [face(1)]).person == 2
    assert faces.enroll("name:2", [face(2)]).person == 3 and faces.find(3).name == "2"
    assert faces.enroll("7", [face(3)]).person == 4  # nobody's id
    with pytest.raises(visavis.NotFoundError):
        faces.enroll("ext:none", [face(1)])


def test_verify_takes_the_forms(people):
    people.add_template(people.add_person("Ada", external_id="x"), point(0))
    assert people.verify_embedding("ext:x", point(0)).same and people.verify_embedding("Ada", point(0)).same


@pytest.mark.parametrize("name", ["", " ", "\t", "\u200b", "\u3000", "name: "])
def test_blank_names(faces, name):
    with pytest.raises(visavis.ArgumentError):
        faces.enroll(name, [face(1)])
    assert faces.info().persons == 0


def test_names_that_look_alike_are_told(faces):
    faces.enroll("Ada Lovelace", [face(1)])
    for name in ("ada lovelace", "Ada  Lovelace", "Аdа Lоvеlасе"):
        outcome = faces.enroll(name, [face(9)])
        assert 1 in [person.id for person in outcome.name_looks_like]
    assert faces.enroll("Eda", [face(8)]).name_looks_like == []
    assert faces.enroll("Ada Lovelace", [face(1.1)]).name_looks_like == []


# ---- Whose face it is ----

def test_another_face_is_refused(faces):
    faces.enroll("Ada", [face(0)])
    outcome = faces.enroll("Ada", [face(0.9), face(0.4)])
    assert outcome.refused == [] and len(outcome.templates) == 2  # 0.9 is near to 0.4
    outcome = faces.enroll("Ada", [face(0.5), face(3)])
    assert [(one.index, one.kind) for one in outcome.refused] == [(1, "different_face")]
    assert "2.100" in outcome.refused[0].reason and "force_different" in outcome.refused[0].reason
    assert len(faces.enroll("Ada", [face(3)], force_different=True).templates) == 1


def test_the_face_most_pictures_show_is_the_new_persons(faces):
    outcome = faces.enroll("Ada", [face(5), face(0), face(0.3), face(0.8)])
    assert [one.index for one in outcome.refused] == [0] and len(outcome.templates) == 3


def test_a_picture_counts_once_however_often_it_is_given(faces):
    """Three copies of a stranger's picture must not outvote two photos."""
    outcome = faces.enroll("Ada", [face(5), face(5), face(5), face(0), face(0.3)])
    assert [one.index for one in outcome.refused] == [0, 1, 2] and len(outcome.templates) == 2


def test_whom_a_refused_face_looks_like_is_told(faces):
    faces.enroll("Bob", [face(3)])
    first, second = faces.enroll("Ada", [face(0), face(3)]).refused, faces.enroll("Ada", [face(3)]).refused
    assert "as many show each: nothing tells which is right" in first[0].reason
    assert all("it looks like Bob (id 1)" in one.reason for one in first + second)


def test_an_external_id_goes_to_nobody_whose_face_the_photos_do_not_show(faces):
    """Somebody else of the same name: the command gave it to nobody, this gave it to Ada."""
    faces.enroll("Ada", [face(0)])
    outcome = faces.enroll("Ada", [face(3)], external_id="E7", metadata={"desk": 1})
    assert outcome.templates == [] and faces.person(1).external_id is None and faces.person(1).metadata == {}
    faces.enroll("Ada", [face(3), face(0.1)], external_id="E7", metadata={"desk": 1})
    assert faces.person(1).external_id == "E7" and faces.person(1).metadata == {"desk": 1}
    faces.enroll(1, [face(3)], external_id="E8")  # here the caller says who it is
    assert faces.person(1).external_id == "E8"


def test_the_gallerys_threshold_decides(faces):
    faces.set_threshold(0.2)
    assert faces.info().threshold == pytest.approx(0.2)
    assert len(faces.enroll("Ada", [face(0), face(0.1), face(0.5)]).refused) == 1
    assert faces.identify_embedding(point(-0.3)).decision is Decision.UNKNOWN
    assert faces.verify_embedding(1, point(-0.3)).threshold == pytest.approx(0.2)
    assert faces.identify_embedding(point(-0.3)).threshold == pytest.approx(0.2)
    faces.set_threshold(None)
    assert faces.info().threshold is None and faces.verify_embedding(1, point(-0.3)).same
    for wrong in (0, 60, -1):
        with pytest.raises(visavis.ArgumentError):
            faces.set_threshold(wrong)


# ---- Which pictures ----

def test_one_unreadable_picture_does_not_stop_the_rest(people, portrait, tmp_path):
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "text.jpg").write_text("no picture")
    locked = tmp_path / "locked.jpg"
    locked.write_bytes(b"x")
    locked.chmod(0)
    bad = ["gone.jpg", tmp_path / "folder.jpg", tmp_path / "text.jpg", locked, "\udc80.jpg", b"", b"\xff\xd8\xff",
           np.zeros((5, 5), np.float32)]
    outcome = people.enroll("Ada", [*bad, portrait("obama.jpg")])
    assert len(outcome.templates) == 1 and {one.kind for one in outcome.refused} == {"unreadable"}
    assert [one.index for one in outcome.refused] == list(range(len(bad)))
    with pytest.raises(visavis.ArgumentError, match="a picture is a path"):  # a mistake of the program's
        people.enroll("Ada", [None])


def test_the_same_picture_again_is_told(people, portrait):
    one = portrait("obama.jpg")
    first = people.enroll("Ada", [one, one])
    assert len(first.templates) == 1 and first.already == [1]
    again = people.enroll("Ada", one)
    assert (again.person, again.templates, again.already, again.refused) == (first.person, [], [0], [])
    assert people.info().templates == 1


def test_file_objects(people, photo):
    people.enroll("Ada", photo("obama.jpg"))
    with open(photo("obama2.jpg"), "rb") as file:
        assert people.identify(file)[0].person == "Ada"
    assert people.identify(io.BytesIO(photo("obama2.jpg").read_bytes()))[0].person == "Ada"
    with open(photo("obama2.jpg"), "rb") as file:
        assert len(people.enroll("Ada", file).templates) == 1  # one picture, not its lines
    with pytest.raises(visavis.ArgumentError, match="'rb'"):
        people.identify(io.StringIO("text"))


class FakePil:
    """What is asked of a PIL image, so that the test needs no Pillow."""

    def __init__(self, pixels, orientation=1, info=None, broken=False):
        self.pixels, self.orientation, self.info, self.broken = pixels, orientation, info or {}, broken
        self.mode = "RGB"

    def getexif(self):
        return {0x0112: self.orientation}

    def convert(self, mode):
        if self.broken:
            raise OSError("image file is truncated")
        return self

    def __array__(self, dtype=None, copy=None):
        return self.pixels


def test_pil_images(people, portrait):
    pixels = np.ascontiguousarray(portrait("obama.jpg"))
    people.enroll("Ada", FakePil(pixels))
    assert people.identify(FakePil(pixels))[0].person == "Ada"
    turned = FakePil(np.ascontiguousarray(np.rot90(pixels)), orientation=6)  # upright again by its EXIF
    assert people.identify(turned)[0].person == "Ada"
    assert people.enroll("Ada", [FakePil(pixels, broken=True)]).refused[0].kind == "unreadable"


def test_real_pil_images(people, photo):
    pil = pytest.importorskip("PIL.Image")
    people.enroll("Ada", pil.open(photo("obama.jpg")))
    assert people.identify(pil.open(photo("obama2.jpg")))[0].person == "Ada"
    assert people.identify(pil.open(photo("obama2.jpg")).convert("P"))[0].person == "Ada"


# ---- Rights and dates ----

def test_who_may_not_be_let_in_is_inactive(people):
    ada = people.add_person("Ada")
    people.add_template(ada, point(0))
    now = datetime.now(timezone.utc)
    for change in (dict(enabled=False), dict(enabled=True, valid_until=now - timedelta(days=1)),
                   dict(valid_until="none", valid_from=now + timedelta(days=1)),
                   dict(valid_from="none", expires=now - timedelta(days=1))):
        people.update_person(ada, **change)
        answer = people.verify_embedding(ada, point(0.1))
        assert answer.decision is Decision.INACTIVE and not answer.same and str(answer.decision) == "inactive"
        assert people.verify_embedding(ada, point(2)).decision is Decision.UNKNOWN
        assert people.verify_embedding(ada, point(0.1), include_inactive=True).same
        found = people.identify_embedding(point(0.1))
        assert found.decision is Decision.UNKNOWN and found.inactive and found.person is None
        assert not people.identify_embedding(point(2)).inactive
    people.update_person(ada, expires="none")
    people.join_group(ada, "staff")
    assert people.verify_embedding(ada, point(0), groups="staff").same
    for groups in ("night", ["night"], iter(["night"])):
        assert people.verify_embedding(ada, point(0), groups=groups).decision is Decision.INACTIVE


@pytest.mark.parametrize("zone, day, begins, is_over", [
    ("UTC", date(2026, 12, 31), "2026-12-31T00:00", "2027-01-01T00:00"),
    ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00", "2026-03-29T22:00"),
    ("Europe/Berlin", date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00"),
    ("America/Santiago", date(2024, 9, 8), "2024-09-08T04:00", "2024-09-09T03:00"),  # has no midnight
    ("America/Santiago", date(2024, 9, 7), "2024-09-07T04:00", "2024-09-08T04:00"),
    ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00", "2011-12-30T10:00"),
])
def test_a_date_is_the_whole_day(engine, tmp_path, zone, day, begins, is_over):
    try:
        zoneinfo.ZoneInfo(zone)
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip(f"no time zone data for {zone}")
    with Gallery(tmp_path / "people.vav", engine=engine, timezone=zone) as people:
        ada = people.add_person("Ada", valid_from=day, valid_until=day, expires=day, consent_at=day)
        person = people.person(ada)
        assert person.valid_from == person.consent_at == datetime.fromisoformat(begins + "+00:00")
        assert person.valid_until == person.expires == datetime.fromisoformat(is_over + "+00:00")
        assert people.purge_expired(day) == 0 and people.purge_expired(day + timedelta(days=2)) == 1


def test_wrong_times(people, engine, tmp_path):
    for wrong in (datetime(2026, 1, 1), "2026-01-01", 5, date(1969, 12, 31),
                  datetime(1970, 1, 1, tzinfo=timezone.utc), datetime(1969, 12, 31, 23, 59, 59, 999000, timezone.utc)):
        with pytest.raises(visavis.ArgumentError):
            people.add_person("Ada", valid_until=wrong)
    for zone in ("Mars/Olympus", "../etc/passwd", "", 5):
        with pytest.raises(visavis.ArgumentError, match="Europe/Berlin"):
            Gallery(tmp_path / "x.vav", engine=engine, timezone=zone)


# ---- As the command has it ----

def test_an_external_id_means_who_has_it_or_gets_it(faces):
    kerry = faces.enroll("John Kerry", [face(0)]).person
    assert faces.enroll("John Kerry", [face(0.1)], external_id="K1").person == kerry
    assert faces.person(kerry).external_id == "K1"
    assert faces.enroll("John Kerry", [face(0.2)], external_id="K1").person == kerry
    with pytest.raises(visavis.AlreadyExistsError, match="John Kerry"):
        faces.enroll("Somebody Else", [face(0.3)], external_id="K1")
    other = faces.enroll("John Kerry", [face(5)], external_id="K2").person  # of the same name
    assert other != kerry and faces.info().persons == 2


def test_a_name_in_another_normal_form_is_the_same(faces):
    decomposed, composed = "Zoe\u0308", "Zo\u00eb"
    for name, at in ((decomposed, 0), (decomposed, 0.1), (composed, 0.2)):
        outcome = faces.enroll(name, [face(at)], external_id="z1")
        assert outcome.person == 1 and not outcome.name_looks_like
    other = faces.enroll(composed, [face(5)], external_id="z2")
    assert other.person == 2 and not other.name_looks_like  # of the same name


def test_a_prefix_alone_is_no_name(faces):
    for text in ("name:", "id:", "ext:", "name: "):
        with pytest.raises(visavis.ArgumentError, match="blank"):
            faces.enroll(text, [face(0)])
    assert faces.enroll("nameless: yes", [face(0)]).person == 1


def test_a_group_without_a_name_is_refused(faces):
    faces.enroll("Ada", [face(0)])
    for groups in ("", " ", ["staff", "\u200b"]):
        with pytest.raises(visavis.ArgumentError, match="blank"):
            faces.identify_embedding(point(0), groups=groups)
        with pytest.raises(visavis.ArgumentError, match="blank"):
            faces.verify_embedding(1, point(0), groups=groups)


def test_files_that_cannot_be_read_are_refused_alone(people, photo):
    with open(photo("obama.jpg"), encoding="utf-8") as text, open(photo("obama.jpg"), "rb") as closed:
        closed.close()
        outcome = people.enroll("Ada", [text, photo("obama.jpg"), closed])
    assert [(one.index, one.kind) for one in outcome.refused] == [(0, "unreadable"), (2, "unreadable")]
    assert "'rb'" in outcome.refused[0].reason and len(outcome.templates) == 1


def test_a_policy_refuses_with_what_helps(people, photo):
    path = photo("obama.jpg")
    demanding = visavis.Policy(limits={"inter_eye_distance": (200, None)})
    refused = people.enroll("Ada", [path], policy=demanding)
    assert refused.person is None and [one.kind for one in refused.refused] == ["quality"]
    assert "needs 200: step nearer" in refused.refused[0].reason
    assert len(people.enroll("Ada", [path], policy="strict").templates) == 1
    with pytest.raises(visavis.ArgumentError, match="policy"):
        people.enroll("Bo", [path], policy="mild")
    assert [person.name for person in people.persons()] == ["Ada"]


def test_a_policy_refuses_who_is_looked_for(people, engine, photo):
    path, demanding = photo("obama.jpg"), visavis.Policy(limits={"inter_eye_distance": (200, None)})
    people.enroll("Ada", [path])
    [answer] = people.identify(path, policy=demanding)
    assert answer.decision is visavis.Decision.NOT_EVALUATED and "needs 200" in answer.face.refusals[0]
    assert people.identify(path, policy="lenient")[0].person == "Ada"
    refused = people.verify("Ada", path, policy=demanding)
    assert refused.decision is visavis.Decision.NOT_EVALUATED and "needs 200" in refused.reason
    assert people.verify("Ada", path, policy="lenient").same
    # Nor do the single steps go round it.
    face = engine.analyze_largest(path, policy=demanding)
    for call in (lambda: people.add_template(1, face), lambda: people.identify_embedding(face),
                 lambda: visavis.compare(face, face)):
        with pytest.raises(visavis.ArgumentError, match="the policy refuses this face"):
            call()
