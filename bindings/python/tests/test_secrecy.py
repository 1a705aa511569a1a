"""Encrypted galleries, people who are forgotten, the audit log."""
import math
import os
import signal

import numpy as np
import pytest

import visavis
from visavis import Decision, Gallery

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))


def flat(value):
    return np.full(128, value, np.float32)


@pytest.fixture
def opened(engine, tmp_path):
    """opened(key=…) opens the same gallery; all are closed in the end."""
    galleries = []

    def open_gallery(**options):
        galleries.append(Gallery(tmp_path / "people.vav", engine=engine, **options))
        return galleries[-1]
    yield open_gallery
    for gallery in galleries:
        gallery.close()


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_an_encrypted_gallery(opened, tmp_path):
    people = opened(key=KEY)
    person = people.add_person("Unmistakable", external_id="badge-4711")
    people.add_template(person, flat(0.1))
    assert people.info().encrypted
    assert people.identify_embedding(flat(0.1)).decision is Decision.MATCH
    assert [found.name for found in people.persons(external_id="badge-4711")] == ["Unmistakable"]
    assert b"Unmistakable" not in everything_in(tmp_path) and b"badge-4711" not in everything_in(tmp_path)
    people.close()
    with pytest.raises(visavis.KeyMissingError):
        opened()
    with pytest.raises(visavis.WrongKeyError):
        opened(key=OTHER)
    assert opened(key=KEY, mode="read_only").info().persons == 1


def test_a_key_for_a_plain_gallery_is_refused(opened):
    opened().close()
    with pytest.raises(visavis.WrongKeyError):
        opened(key=KEY)


def test_keys_from_a_function_and_from_a_passphrase(opened):
    asked = []
    people = opened(key=lambda: asked.append(1) or KEY)
    people.add_person("Ada")
    assert asked
    people.rekey(passphrase="five words that nobody knows")
    people.close()
    assert opened(passphrase="five words that nobody knows").info().persons == 1
    with pytest.raises(visavis.WrongKeyError):
        opened(passphrase="five words")


def test_a_function_that_gives_no_key(opened):
    opened(key=KEY).close()
    with pytest.raises(PermissionError):
        opened(key=lambda: 1 / 0)
    with pytest.raises(visavis.ArgumentError):
        opened(key=lambda: b"short")


@pytest.mark.parametrize("wrong", [{"key": b"short"}, {"key": KEY, "passphrase": "both"}, {"passphrase": ""}])
def test_wrong_keys_are_arguments(opened, wrong):
    with pytest.raises(visavis.ArgumentError):
        opened(**wrong)


def test_rekeying(opened):
    people = opened(key=KEY)
    person = people.add_person("Ada")
    people.add_template(person, flat(0.1))
    people.rekey(key=OTHER, reencrypt=True)
    people.rekey(reencrypt=True)
    assert people.identify_embedding(flat(0.1)).candidates[0].name == "Ada"
    assert people.check() == []
    people.close()
    with pytest.raises(visavis.WrongKeyError):
        opened(key=KEY)
    assert opened(key=OTHER).person(person).name == "Ada"


def test_forgetting(opened, tmp_path):
    people = opened()
    person = people.add_person("Unmistakable")
    vector = np.random.default_rng(1).normal(0, 0.12, 128).astype(np.float32)
    people.add_template(person, vector)
    assert b"Unmistakable" in everything_in(tmp_path) and vector.tobytes() in everything_in(tmp_path)
    receipt = people.forget_person(person)
    assert receipt.person == person and receipt.templates == 1 and receipt.erased >= receipt.requested
    assert b"Unmistakable" not in everything_in(tmp_path) and vector.tobytes()[:16] not in everything_in(tmp_path)
    assert people.finish_erasing() and not people.info().erase_pending
    with pytest.raises(visavis.NotFoundError):
        people.forget_person(person)


def test_the_audit_log(opened):
    people = opened(audit_label="north door")
    people.set_audit(True)
    person = people.add_person("Ada")
    people.add_template(person, flat(0.1))
    people.identify_embedding(flat(0.1))
    head = people.verify_audit().head
    people.identify_embedding(flat(0.9))
    entries = list(people.audit())
    assert [entry.event for entry in entries] == ["on", "enroll", "identify", "identify"]
    assert {entry.label for entry in entries} == {"north door"}
    assert entries[2].decision is Decision.MATCH and entries[2].person == person and entries[2].distance == 0
    assert entries[3].decision is Decision.UNKNOWN and not math.isinf(entries[3].distance)
    assert entries[1].decision is None
    report = people.verify_audit(head)
    assert report.sound and report.entries == 4 and report.first_wrong is None
    assert not people.verify_audit(head[:-4] + ("0000" if head[-4:] != "0000" else "1111")).sound
    assert [entry.number for entry in people.audit(after=3)] == [4]
    people.set_threshold(0.5)
    people.set_threshold(None)
    assert [(entry.event, entry.threshold) for entry in people.audit(after=4)] == [("threshold", 0.5),
                                                                                   ("threshold", None)]


def test_the_environment_is_not_asked(opened, monkeypatch):
    monkeypatch.setenv("VISAVIS_UNLOCK", "env:SECRET")
    monkeypatch.setitem(os.environ, "SECRET", "words")
    assert not opened().info().encrypted


@pytest.mark.parametrize("key", [32, np.int64(32), [7] * 32, range(32), np.zeros(4), True, "x" * 32, 10**30])
def test_what_is_no_key_makes_none(engine, tmp_path, key):
    """bytes(32) is 32 zeros, which everybody has."""
    with pytest.raises(visavis.ArgumentError, match="a key is 32 bytes"):
        visavis.Gallery(tmp_path / "people.vav", engine=engine, key=key)
    with pytest.raises(visavis.VisavisError):
        visavis.Gallery(tmp_path / "people.vav", engine=engine, key=lambda: key)
    assert not (tmp_path / "people.vav").exists()
    with visavis.Gallery(tmp_path / "people.vav", engine=engine, key=bytes(range(32))) as people:
        with pytest.raises(visavis.ArgumentError, match="a key is 32 bytes"):
            people.rekey(key=key)


def test_a_key_function_must_not_use_the_gallery(opened):
    """It would wait for the library, which waits for it."""
    wanted = []

    def key():
        for call in wanted:
            call()
        return KEY

    people = opened(key=key)
    people.add_person("Ada")
    for call in (people.info, lambda: people.add_person("Bo"), lambda: people.transaction().__enter__(), people.check):
        wanted[:] = [call]
        with pytest.raises(visavis.AccessError) as refused:
            people.rekey(key=key, reencrypt=True)
        assert isinstance(refused.value.__cause__, visavis.StateError) and "key" in str(refused.value.__cause__)
    wanted[:] = [lambda: signal.raise_signal(signal.SIGINT)]
    with pytest.raises(KeyboardInterrupt):
        people.rekey(key=key, reencrypt=True)
    wanted.clear()
    people.rekey(key=key, reencrypt=True)
    people.add_person("Bo")
    assert people.check() == [] and people.info().persons == 2
    wanted[:] = [lambda: 1 / 0]
    with pytest.raises(visavis.AccessError) as refused:
        opened(key=key)
    assert isinstance(refused.value.__cause__, ZeroDivisionError)
    wanted[:] = [lambda: signal.raise_signal(signal.SIGINT)]
    with pytest.raises(KeyboardInterrupt):
        opened(key=key)
