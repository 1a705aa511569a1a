"""Arguments that Python would take for something else: texts for switches, True for the id 1, a path for many
pictures."""
import numpy as np
import pytest

import visavis
from visavis import ArgumentError, Engine, Gallery, Image, Models

POINT = np.array([1] + [0] * 126 + [1], dtype=np.float32)
GREY = np.full((90, 90, 3), 128, np.uint8)


# Every switch of the package: a call that takes it.
SWITCHES = {
    "force_different": lambda p, e, d, x: p.enroll("Ada", GREY, force_different=x),
    "only_within_threshold": lambda p, e, d, x: p.identify(GREY, only_within_threshold=x),
    "include_inactive": lambda p, e, d, x: p.identify(GREY, include_inactive=x),
    "note_seen": lambda p, e, d, x: p.identify_embedding(POINT, note_seen=x),
    "include_inactive of verify": lambda p, e, d, x: p.verify_embedding(1, POINT, include_inactive=x),
    "note_seen of verify": lambda p, e, d, x: p.verify_embedding(1, POINT, note_seen=x),
    "enabled": lambda p, e, d, x: p.update_person(1, enabled=x),
    "on": lambda p, e, d, x: p.set_audit(x),
    "overwrite": lambda p, e, d, x: p.backup(d / "b.vav", overwrite=x),
    "overwrite of export": lambda p, e, d, x: p.export(d / "x", overwrite=x),
    "clip": lambda p, e, d, x: Engine(clip=x, models=e.models),
    "gray": lambda p, e, d, x: Engine(gray=x, models=e.models),
    "upright": lambda p, e, d, x: Engine(upright=x, models=e.models),
    "chips": lambda p, e, d, x: e.analyze(GREY, chips=x),
    "embeddings": lambda p, e, d, x: e.analyze_batch([GREY], embeddings=x),
    "embeddings of warm_up": lambda p, e, d, x: e.warm_up(embeddings=x),
    "skip_user_cache": lambda p, e, d, x: Models(skip_user_cache=x),
}


@pytest.fixture
def ada(people):
    number = people.add_person("Ada")
    people.add_template(number, POINT)
    assert number == 1
    return people


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_is_true_or_false(ada, engine, tmp_path, switch):
    """"no", "off" and "0" are true in Python."""
    for wrong in ("no", "off", "0", "", 0, 1, 2, [], b"", np.int64(0), *([] if switch == "enabled" else [None])):
        with pytest.raises(ArgumentError, match=f"{switch.split()[0]} must be True or False"):
            SWITCHES[switch](ada, engine, tmp_path, wrong)
    for right in (True, False, np.True_, np.bool_(False)):
        for left in ("b.vav", "x"):
            (tmp_path / left).unlink(missing_ok=True)
        SWITCHES[switch](ada, engine, tmp_path, right)


def test_switches_that_need_more(ada, photo, tmp_path):
    for call in (lambda: ada.rekey(passphrase="x", reencrypt="no"), lambda: ada.import_from("x", skip_known="no"),
                 lambda: Image.open(photo("obama.jpg"), ignore_orientation="no"),
                 lambda: Image.decode(b"", ignore_orientation=1)):
        with pytest.raises(ArgumentError, match="must be True or False"):
            call()


@pytest.mark.parametrize("wrong", [True, False, np.True_])
def test_true_is_no_id(ada, wrong):
    """It equals 1, and would mean the first person."""
    for call in (lambda: ada.verify(wrong, GREY), lambda: ada.verify_embedding(wrong, POINT), lambda: ada.find(wrong),
                 lambda: ada.person(wrong), lambda: ada.enroll(wrong, GREY), lambda: ada.remove_person(wrong),
                 lambda: ada.forget_person(wrong), lambda: ada.update_person(wrong, name="x"),
                 lambda: ada.rename_person(wrong, "x"), lambda: ada.join_group(wrong, "x"),
                 lambda: ada.leave_group(wrong, "x"), lambda: ada.add_template(wrong, POINT),
                 lambda: ada.templates(wrong), lambda: ada.remove_template(wrong),
                 lambda: ada.identify_embedding(POINT, persons=[wrong]),
                 lambda: ada.find_duplicates(POINT, ignore=wrong), lambda: list(ada.audit(after=wrong))):
        with pytest.raises(ArgumentError, match=" id"):
            call()
    assert ada.person(1).name == "Ada"


def test_true_is_no_number(ada, engine):
    for call in (lambda: ada.identify_embedding(POINT, candidates=True),
                 lambda: Engine(min_face=True, models=engine.models),
                 lambda: Engine(threads=True, models=engine.models),
                 lambda: Gallery("x.vav", engine=engine, busy_timeout=True),
                 lambda: ada.add_template(1, POINT, quality=True), lambda: ada.forget_person(1, timeout=True),
                 lambda: ada.identify_embedding(POINT, threshold=True)):
        with pytest.raises(ArgumentError):
            call()


def test_who_is_meant_is_said(ada):
    for wrong in (None, 1.0, [1], b"Ada"):
        for call in (lambda: ada.find(wrong), lambda: ada.enroll(wrong, GREY), lambda: ada.verify(wrong, GREY)):
            with pytest.raises(ArgumentError, match=f"a person is named by an id.*{type(wrong).__name__}"):
                call()


def test_one_picture_is_not_many(engine, photo):
    for one in (photo("obama.jpg"), str(photo("obama.jpg")), b"\xff\xd8\xff", GREY, GREY[:, :, 0],
                Image.from_array(GREY)):
        with pytest.raises(ArgumentError, match="several pictures, in a list"):
            engine.analyze_batch(one)
    assert engine.analyze_batch(np.stack([GREY, GREY])) == [[], []]
    assert engine.analyze_batch(iter([GREY])) == [[]]


def test_pictures_where_embeddings_are_wanted(ada, photo):
    for picture in ("a.jpg", photo("obama.jpg"), GREY, Image.from_array(GREY)):
        for call in (lambda: visavis.compare(picture, picture), lambda: visavis.distance(POINT, picture),
                     lambda: visavis.compare_many(picture, [POINT]), lambda: ada.identify_embedding(picture),
                     lambda: ada.verify_embedding(1, picture)):
            with pytest.raises(ArgumentError, match="engine.analyze"):
                call()


def test_a_number_as_a_text_is_told_as_that(ada):
    with pytest.raises(ArgumentError, match="not '0.6' .a str."):
        visavis.compare(POINT, POINT, threshold="0.6")


def test_the_bounds_of_thresholds_may_be_numbers_of_numpy(ada):
    for bound in (1.2, 1e-6):
        for kind in (float, np.float32, np.float64):
            assert ada.identify_embedding(POINT, threshold=kind(bound)).threshold == pytest.approx(bound)
    for beyond in (np.float32(1.21), np.float64(1.2001), np.float32(9e-7), 1e300):
        with pytest.raises(ArgumentError, match="^threshold"):
            ada.identify_embedding(POINT, threshold=beyond)


@pytest.mark.parametrize("wrong, words", [
    (dict(min_face=-1), "^min_face is -1, not within"), (dict(max_face=70000), "^max_face is 70000, not within"),
    (dict(min_face=20, max_face=10), "^max_face is below"), (dict(threshold=11), "^threshold is not within"),
    (dict(detector="cnn", gray=True), "gray"), (dict(roi=(5, 5, 1, 1)), "^roi"),
    (dict(roi=(0, 0, 0, 0)), "^roi.*single pixel"), (dict(roi=visavis.Box(7, 8, 7, 8)), "^roi.*single pixel")])
def test_what_is_wrong_with_an_engine_is_said_at_once(models, wrong, words):
    with pytest.raises((ArgumentError, visavis.VisavisError), match=words):
        Engine(models=models, **wrong)


def test_thresholds_are_as_they_were_written(ada):
    assert visavis.default_threshold() == ada.identify_embedding(POINT).threshold
    assert visavis.compare(POINT, POINT).threshold == visavis.default_threshold()
    assert ada.identify_embedding(POINT, preset="compat").threshold == 0.6
    ada.set_threshold(0.46)
    assert ada.info().threshold == 0.46 == ada.verify_embedding(1, POINT).threshold
    ada.set_audit(True)
    ada.verify_embedding(1, POINT, threshold=0.3)
    assert [entry.threshold for entry in ada.audit() if entry.event == "verify"] == [0.3]


def test_several_that_are_none(ada):
    for call in (lambda: ada.enroll("Ada", None), lambda: ada.enroll("Ada", 7),
                 lambda: ada.identify_embedding(POINT, persons=1), lambda: ada.identify_embedding(POINT, persons="1"),
                 lambda: ada.identify_embedding(POINT, groups=7)):
        with pytest.raises(ArgumentError):
            call()


NO_EMBEDDINGS = {
    "masked": np.ma.array(POINT, mask=[True] * 128), "masked in part": np.ma.array(POINT, mask=[True] + [False] * 127),
    "complex": POINT.astype(np.complex64), "complex in a list": [1j] * 128,
    "texts": [str(number) for number in POINT], "times": np.zeros(128, "M8[s]"), "spans": np.zeros(128, "m8[s]"),
    "records": np.zeros(128, [("a", "f4")]), "truth values": np.ones(128, bool), "nothing": [None] * 128,
    "objects": [object()] * 128, "bytes": POINT.tobytes(), "not finite": np.full(128, np.inf),
    "not finite as floats": POINT.astype(np.float64) * 1e300}


@pytest.mark.parametrize("kind", NO_EMBEDDINGS)
def test_what_is_no_embedding(ada, kind):
    wrong = NO_EMBEDDINGS[kind]
    for call in (lambda: ada.identify_embedding(wrong), lambda: ada.verify_embedding(1, wrong),
                 lambda: ada.add_template(1, wrong), lambda: ada.find_duplicates(wrong),
                 lambda: visavis.compare(wrong, POINT), lambda: visavis.compare_many(POINT, [wrong, wrong])):
        with pytest.raises(ArgumentError):
            call()
    assert len(ada.templates(1)) == 1


def test_what_is_an_embedding(ada):
    from decimal import Decimal
    for right in (POINT, POINT.astype(np.float64), list(POINT), [Decimal(int(n)) for n in POINT],
                  np.ma.array(POINT), memoryview(POINT.tobytes()).cast("f"), tuple(int(number) for number in POINT)):
        assert ada.identify_embedding(right).person == "Ada"


def test_what_is_no_quality(ada):
    for wrong in ("", "0.5", True, 0j, [], 10**400, 10**5000, float("nan"), 2, -1, b""):
        with pytest.raises(ArgumentError, match="quality"):
            ada.add_template(1, POINT, quality=wrong)
    assert [ada.templates(1)[-1].quality for one in (0, 0.5, np.float32(1)) if ada.add_template(1, POINT, quality=one)
            ] == [0, 0.5, 1]


def test_boxes_are_ints(engine):
    for box in ("1234", (1.5, 2, 30, 40), ("1", "2", "3", "4"), [np.float32(1), 2, 3, 4]):
        with pytest.raises(visavis.ArgumentError, match="four ints"):
            engine.analyze_boxes(GREY, [box])


def test_messages_name_arguments(ada):
    for call, name in ((lambda: ada.identify_embedding(POINT, best_of=1000), "best_of"),
                       (lambda: ada.identify_embedding(POINT, candidates=10**6), "candidates"),
                       (lambda: ada.update_person(1, metadata={"a": "x" * 10**7}), "metadata")):
        with pytest.raises(visavis.ArgumentError, match=name) as refused:
            call()
        assert not any(word in str(refused.value) for word in ("options.", "fields.", "max_candidates"))
