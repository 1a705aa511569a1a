"""Groups, validity, retention, duplicates, backup, export and import: in real gallery files."""
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import visavis
from visavis import Decision

NOW = datetime(2030, 1, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def point(*values):
    return np.array([*values, *[0] * (127 - len(values)), 1.3], dtype=np.float32)


def add(people, name, x, **fields):
    person = people.add_person(name, **fields)
    people.add_template(person, point(x))
    return person


def found(people, **among):
    return [candidate.id for candidate in people.identify_embedding(point(0), **among).candidates]


def test_who_may_be_found(people):
    ada = add(people, "Ada", 0.1, valid_until=NOW)
    bo = add(people, "Bo", 0.2, valid_from=NOW - DAY)
    assert found(people, now=NOW - DAY) == [ada, bo]
    assert found(people, now=NOW) == [bo]
    assert found(people, now=NOW, include_inactive=True) == [ada, bo]
    people.update_person(bo, enabled=False)
    assert found(people, now=NOW) == [] and not people.person(bo).enabled
    people.update_person(bo, enabled=True, valid_from="none")
    assert found(people, now=NOW - 9 * DAY) == [ada, bo]
    assert people.person(bo).valid_from is None and people.person(ada).valid_until == NOW
    with pytest.raises(visavis.ArgumentError, match="time zone"):
        people.update_person(bo, valid_from=datetime(2030, 1, 1))


def test_groups(people):
    ada, bo = add(people, "Ada", 0.1), add(people, "Bo", 0.2)
    people.join_group(ada, "staff")
    people.join_group(ada, "night")
    people.join_group(bo, "staff")
    assert people.groups() == {"staff": 2, "night": 1}
    assert people.person(ada).groups == ("staff", "night")
    assert found(people, groups="night") == [ada] and found(people, groups=["night", "staff"]) == [ada, bo]
    assert found(people, persons=[bo, 99]) == [bo]
    assert [person.id for person in people.persons(group="night")] == [ada]
    people.leave_group(ada, "night")
    assert people.groups() == {"staff": 2}


@pytest.mark.parametrize("among", [{"groups": []}, {"groups": iter(())}, {"groups": {}}, {"persons": ()}])
def test_a_list_of_nobody_is_refused(people, portrait, among):
    """It lets nobody through, or is a mistake; and the audit log would tell another story than the answer."""
    ada = add(people, "Ada", 0.1)
    people.set_audit(True)
    entries = len(list(people.audit()))
    picture, nothing = portrait("obama.jpg"), np.zeros((90, 90, 3), np.uint8)
    calls = [lambda: people.identify_embedding(point(0), **among), lambda: people.identify_embeddings([], **among),
             lambda: people.identify(picture, **among), lambda: people.identify(nothing, **among)]
    if "groups" in among:
        calls += [lambda: people.verify_embedding(ada, point(0), **among),
                  lambda: people.verify(ada, picture, **among), lambda: people.verify(ada, nothing, **among)]
    for call in calls:
        with pytest.raises(visavis.ArgumentError, match=f"{next(iter(among))} is empty"):
            call()
    assert len(list(people.audit())) == entries


def test_a_closed_gallery_gives_no_answer(people):
    people.close()
    for call in (lambda: people.identify(np.zeros((90, 90, 3), np.uint8), threshold=0.5),
                 lambda: people.identify_embeddings([])):
        with pytest.raises(visavis.StateError):
            call()


def test_consent_retention_and_last_seen(people):
    ada = add(people, "Ada", 0.1, consent_ref="form 7", consent_at=NOW - DAY, expires=NOW)
    person = people.person(ada)
    assert (person.consent_ref, person.consent_at, person.expires, person.last_seen) == ("form 7", NOW - DAY, NOW, None)
    people.identify_embedding(point(0), now=NOW - DAY, note_seen=True)
    assert people.person(ada).last_seen == NOW - DAY
    assert people.purge_expired(NOW - DAY) == 0 and people.purge_expired(NOW) == 1
    assert people.info().persons == 0


def test_best_of(people):
    ada = add(people, "Ada", 0.1)
    people.add_template(ada, point(0.5))
    answer = people.identify_embedding(point(0), best_of=2)
    assert answer.distance == pytest.approx(0.3) and answer.decision is Decision.MATCH


def test_duplicates(people):
    ada, bo, again = add(people, "Ada", 0), add(people, "Bo", 5), add(people, "Ada again", 0.25)
    assert [candidate.id for candidate in people.find_duplicates(point(0.25), ignore=again)] == [ada]
    [pair] = people.duplicates()
    assert (pair.person, pair.name, pair.other, pair.other_name) == (ada, "Ada", again, "Ada again")
    assert pair.distance == pytest.approx(0.25)
    assert list(people.duplicates(threshold=0.2)) == [] and bo


def test_enroll_says_who_looks_alike(people, photo):
    people.enroll("Barack", photo("obama.jpg"))
    outcome = people.enroll("Somebody else", photo("obama2.jpg"))
    assert outcome.templates and [other.name for other in outcome.looks_like] == ["Barack"]


def test_backup_export_import_compact(people, tmp_path):
    ada = add(people, "Ada", 0.1, external_id="a")
    people.join_group(ada, "staff")
    steps = []
    people.backup(tmp_path / "copy.vav", progress=lambda done, total: steps.append((done, total)))
    assert steps and steps[-1][0] == steps[-1][1] > 0
    with visavis.Gallery(tmp_path / "copy.vav", engine=people.engine) as copy:
        assert found(copy, groups="staff") == [ada]
    people.export(tmp_path / "people.export")
    with pytest.raises(visavis.AlreadyExistsError):
        people.export(tmp_path / "people.export")
    with visavis.Gallery(tmp_path / "other.vav", engine=people.engine, durability="normal") as other:
        other.import_from(tmp_path / "people.export")
        assert other.person(ada).groups == ("staff",)
        with pytest.raises(visavis.AlreadyExistsError):
            other.import_from(tmp_path / "people.export")
        other.import_from(tmp_path / "people.export", skip_known=True)
        assert other.info().persons == 1
        other.compact()
        assert other.check() == []
    with pytest.raises(ZeroDivisionError):
        people.backup(tmp_path / "stopped.vav", progress=lambda done, total: 1 / 0)
    assert not [path for path in tmp_path.iterdir() if ".partial" in path.name]


def test_ctrl_c_ends_what_takes_long_and_nothing_is_lost(engine, tmp_path, monkeypatch):
    from visavis._interrupt import Interrupt
    asked = Interrupt._ask

    def pressed_meanwhile(self, user):
        signal.raise_signal(signal.SIGINT)
        return asked(self, user)

    with monkeypatch.context() as while_it_works:
        while_it_works.setattr(Interrupt, "_ask", pressed_meanwhile)
        patient = visavis.Gallery(tmp_path / "people.vav", engine=engine)
    usual = signal.getsignal(signal.SIGINT)
    with patient as people:
        # Filled through another handle, of which nobody asks anything.
        with visavis.Gallery(tmp_path / "people.vav", engine=engine) as other, other.transaction():
            for number in range(3000):
                add(other, f"person {number}", number)
        for long in (people.check, people.compact, lambda: list(people.duplicates(1.0)),
                     lambda: people.export(tmp_path / "people.export"), lambda: people.identify_embedding(point(1))):
            with pytest.raises(KeyboardInterrupt):
                long()
            assert signal.getsignal(signal.SIGINT) is usual
    with visavis.Gallery(tmp_path / "people.vav", engine=engine) as people:
        assert people.check() == [] and people.info().persons == 3000
    assert [path.name for path in tmp_path.iterdir()] == ["people.vav"]


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path, *statements):
    """Another process that has the gallery to itself."""
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, path, *statements], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        yield
    finally:
        holder.communicate(b"")


def pressed_soon(call):
    """Ctrl-C ends the call long before it would end by itself."""
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    usual, begun = signal.getsignal(signal.SIGINT), time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        call()
    timer.join()
    assert 0.2 < time.monotonic() - begun < 30
    assert signal.getsignal(signal.SIGINT) is usual


def test_ctrl_c_ends_the_waiting_for_another_process(engine, tmp_path):
    path = str(tmp_path / "people.vav")
    with visavis.Gallery(path, engine=engine, busy_timeout=100) as people:
        with held(path, "BEGIN IMMEDIATE"):
            pressed_soon(lambda: people.add_person("Ada"))
            pressed_soon(lambda: people.transaction().__enter__())
            pressed_soon(people.compact)
        assert people.info().persons == 0
    with held(path, "PRAGMA journal_mode = DELETE", "BEGIN IMMEDIATE"):
        pressed_soon(lambda: visavis.Gallery(path, engine=engine, busy_timeout=100))
    with visavis.Gallery(path, engine=engine) as people:
        people.add_person("Ada")


def test_a_person_may_be_said_in_words(people):
    ada = add(people, "Ada", 0.1, external_id="staff-7")
    add(people, "8", 0.9)
    people.update_person("name:Ada", enabled=False)
    people.join_group("ext:staff-7", "night")
    assert people.person("Ada").groups == ("night",) and not people.person(f"id:{ada}").enabled
    people.leave_group("Ada", "night")
    people.rename_person("Ada", "Ada Lovelace")
    assert [template.id for template in people.templates("Ada Lovelace")] == [1]
    people.add_template("Ada Lovelace", point(0.1, 0.1))
    assert len(list(people.templates(ada))) == 2
    with pytest.raises(visavis.NotFoundError):
        people.remove_person("Ada")
    people.remove_person("ext:staff-7")
    people.forget_person("name:8")
    assert people.info().persons == 0
