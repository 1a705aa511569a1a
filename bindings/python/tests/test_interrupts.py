"""Ctrl-C at random moments, hundreds of times: each is raised once, and afterwards nothing is half done."""
import contextlib
import gc
import os
import random
import signal
import subprocess
import sys
import time
import traceback

import numpy as np
import pytest

import visavis

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill() here")

# Another process, so that the moments do not depend on when Python changes between threads.
_SENDER = """
import os, signal, sys, time
for line in sys.stdin:
    at = time.perf_counter() + float(line)
    while time.perf_counter() < at:
        pass
    os.kill(int(sys.argv[1]), signal.SIGINT)
"""


@pytest.fixture(scope="module")
def press():
    """press(call, longest) runs the call; Ctrl-C comes at some moment within, or soon after. Gives the exception, which
    goes on holding what its traceback holds, and what the call returned, if it did."""
    sender = subprocess.Popen([sys.executable, "-c", _SENDER, str(os.getpid())], stdin=subprocess.PIPE)
    rng = random.Random(7)
    usual = signal.getsignal(signal.SIGINT)

    def pressed(call, longest):
        returned = []
        try:
            os.write(sender.stdin.fileno(), b"%.7f\n" % (rng.random() * longest))
            returned.append(call())
            time.sleep(60)
        except KeyboardInterrupt as interrupt:
            assert signal.getsignal(signal.SIGINT) is usual
            return interrupt, returned
        raise AssertionError("Ctrl-C was lost")

    yield pressed
    sender.stdin.close()
    sender.wait()


def lasting(call):
    """Seconds that it takes, and a little more."""
    call()
    begun = time.perf_counter()
    for _ in range(3):
        call()
    return (time.perf_counter() - begun) / 3 * 1.3 + 1e-4


def point(*values):
    return np.array([*values, *[0] * (127 - len(values)), 1.3], dtype=np.float32)


class Pair:
    """A gallery, and another handle that sees what it acknowledged."""

    def __init__(self, engine, folder):
        self.folder = folder
        self.people = visavis.Gallery(folder / "people.vav", engine=engine, durability="normal", busy_timeout=0.2)
        self.other = visavis.Gallery(folder / "people.vav", engine=engine, durability="normal", busy_timeout=0.2)

    def is_sound(self):
        """What is acknowledged is there, and nobody has the gallery to himself."""
        number = self.people.add_person("Ada")
        assert self.other.person(number).name == "Ada"
        self.other.remove_person(number)
        assert not [path.name for path in self.folder.iterdir() if ".partial" in path.name]


@pytest.fixture
def pair(engine, tmp_path):
    made = Pair(engine, tmp_path)
    yield made
    made.people.close()
    made.other.close()


@pytest.mark.parametrize("how", ["with", "stack"])
def test_a_transaction_is_over(pair, press, how):
    def within():
        if how == "with":
            with pair.people.transaction():
                pair.people.add_person("Bo")
        else:
            with contextlib.ExitStack() as stack:
                stack.enter_context(pair.people.transaction())
                pair.people.add_person("Bo")

    longest, before = lasting(within), pair.people.info().persons
    gc.collect()
    gc.freeze()  # what is there now is not looked through three hundred times
    try:
        for _ in range(300):
            interrupt, returned = press(within, longest)
            if how == "stack":
                del interrupt  # Ctrl-C may come between steps of ExitStack, which then holds what it should end
                gc.collect()
            pair.is_sound()
            after = pair.other.info().persons
            assert after - before in (1,) if returned else (0, 1)
            before = after
    finally:
        gc.unfreeze()


def test_an_empty_transaction_is_over(pair, press):
    def within():
        with pair.people.transaction():
            pass

    longest = lasting(within)
    for _ in range(400):
        held = press(within, longest)
        pair.is_sound()
        del held


def test_ctrl_c_on_the_way_out(pair, monkeypatch):
    """At the first step of what `with` calls at its end, where nothing can be caught yet."""
    from visavis import _transaction

    def interrupted(*_what):
        raise KeyboardInterrupt

    monkeypatch.setattr(_transaction, "_end", interrupted)
    with pytest.raises(KeyboardInterrupt) as held:
        with pair.people.transaction():
            lost = pair.people.add_person("Bo")
    pair.is_sound()
    with pytest.raises(visavis.NotFoundError):
        pair.people.person(lost)
    del held


def test_a_transaction_is_used_once(pair):
    once = pair.people.transaction()
    with once:
        pair.people.add_person("Bo")
    with pytest.raises(visavis.StateError, match="call transaction"):
        with once:
            pass
    pair.is_sound()


def test_adding_and_searching(pair, press):
    number = pair.people.add_person("Cy")
    pair.people.add_template(number, point(1))
    for call in (lambda: pair.people.add_person("Di"), lambda: pair.people.identify_embedding(point(1)),
                 lambda: list(pair.people.persons()), lambda: pair.people.person(number), pair.people.groups):
        longest = lasting(call)
        for _ in range(60):
            held = press(call, longest)
            pair.is_sound()
            del held


def test_pictures(pair, press, portrait):
    picture = np.ascontiguousarray(portrait("obama.jpg")[::2, ::2])
    names = (f"person {number}" for number in range(1000))
    for call in (lambda: pair.people.enroll(next(names), picture), lambda: pair.people.identify(picture)):
        longest = lasting(call)
        for _ in range(40):
            before = pair.other.info()
            held = press(call, longest)
            pair.is_sound()
            after = pair.other.info()
            assert after.persons - before.persons == after.templates - before.templates  # both, or nothing
            del held


@pytest.mark.parametrize("call", ["detect", "analyze", "analyze_batch", "analyze_boxes", "enroll", "verify"])
def test_ctrl_c_as_a_picture_is_freed(pair, engine, portrait, monkeypatch, call):
    """What Python itself calls as an object goes cannot raise: a picture made for a call is freed before."""
    from visavis import _handle

    def interrupted(owned, free=_handle.Owned._free_when_unused):
        if owned._what == "image" and owned._closed:
            signal.raise_signal(signal.SIGINT)
        free(owned)

    picture = np.ascontiguousarray(portrait("obama.jpg")[::2, ::2])
    ada = pair.people.enroll("Ada", picture).person
    monkeypatch.setattr(_handle.Owned, "_free_when_unused", interrupted)
    calls = {
        "detect": lambda: engine.detect(picture), "analyze": lambda: engine.analyze(picture),
        "analyze_batch": lambda: engine.analyze_batch([picture, picture]),
        "analyze_boxes": lambda: engine.analyze_boxes(picture, [(10, 10, 90, 90)]),
        "enroll": lambda: pair.people.enroll("Bo", picture), "verify": lambda: pair.people.verify(ada, picture)}
    with pytest.raises(KeyboardInterrupt):
        calls[call]()


def test_jobs(pair, press):
    with pair.people.transaction():
        for number in range(200):
            pair.people.add_template(pair.people.add_person(f"person {number}", external_id=str(number)), point(number))
    folder = pair.folder
    for call in (lambda: pair.people.backup(folder / "copy", overwrite=True),
                 lambda: pair.people.export(folder / "export", overwrite=True),
                 lambda: pair.people.import_from(folder / "export", skip_known=True)):
        longest = lasting(call)
        for _ in range(60):
            held = press(call, longest)
            pair.is_sound()
            assert pair.other.info().persons == 200
            del held
    pair.people.close()
    pair.other.compact()


def test_a_progress_function_is_interrupted(pair, press):
    with pytest.raises(KeyboardInterrupt):
        pair.people.backup(pair.folder / "copy", progress=lambda done, total: signal.raise_signal(signal.SIGINT))
    pair.is_sound()


def test_opening(engine, tmp_path, press):
    """Who did not get the gallery has not got it open: only one program may have it open for a `restore`."""
    path = tmp_path / "people.vav"
    visavis.Gallery(path, engine=engine, durability="normal").close()

    def opened():
        visavis.Gallery(path, engine=engine).close()

    longest = lasting(opened)
    for _ in range(200):
        held = press(opened, longest)
        with visavis.Gallery(path, engine=engine, durability="normal") as people:
            people.remove_person(people.add_person("Ada"))
        # Who got it, and was interrupted before the first line of close(), has it until the exception goes.
        last = [frame.f_code for frame, _ in traceback.walk_tb(held[0].__traceback__)][-1]
        if last is not visavis.Gallery.close.__code__:
            assert not (tmp_path / "people.vav-wal").exists()  # the last who closes takes it away
        del held


def test_an_interrupted_close_closes(engine, tmp_path, monkeypatch):
    """A Ctrl-C that comes as it begins, before signals are held back."""
    usual = visavis._handle.Uninterrupted
    first = iter([True])

    def early():
        if next(first, False):
            raise KeyboardInterrupt
        return usual()

    people = visavis.Gallery(tmp_path / "people.vav", engine=engine)
    with monkeypatch.context() as at_the_start:
        at_the_start.setattr(visavis._handle, "Uninterrupted", early)
        with pytest.raises(KeyboardInterrupt):
            people.close()
    assert people.closed and not (tmp_path / "people.vav-wal").exists()


def test_no_code_runs_as_a_closed_object_goes(engine, tmp_path):
    """A Ctrl-C that Python raises there is lost."""
    people = visavis.Gallery(tmp_path / "people.vav", engine=engine)
    people.close()
    calls = []
    sys.setprofile(lambda frame, event, _: calls.append(frame.f_code.co_name if event == "call" else None))
    del people
    sys.setprofile(None)
    assert [one for one in calls if one is not None] == []


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms here")
def test_what_another_signal_raises_ends_the_call_and_is_raised(engine, pair):
    def alarm(_number, _frame):
        raise TimeoutError("too long")

    usual = signal.signal(signal.SIGALRM, alarm)
    try:
        with visavis.Gallery(pair.folder / "people.vav", engine=engine, busy_timeout=100) as patient:
            with pair.people.transaction():
                begun = time.monotonic()
                signal.setitimer(signal.ITIMER_REAL, 0.3)
                with pytest.raises(TimeoutError, match="too long"):
                    patient.add_person("Ada")
                assert time.monotonic() - begun < 30
        assert signal.getsignal(signal.SIGALRM) is alarm
    finally:
        signal.signal(signal.SIGALRM, usual)
    pair.is_sound()


def test_a_transaction_that_begins_or_ends_as_ctrl_c_is_asked_for(pair, engine, monkeypatch):
    """SQLite asks after so many of its steps, counted over all runs of a statement: now and then after a BEGIN or
    COMMIT has worked."""
    from visavis._interrupt import Interrupt
    asked = Interrupt._ask

    def pressed_meanwhile(self, user):
        signal.raise_signal(signal.SIGINT)
        return asked(self, user)

    pair.people.close()
    with monkeypatch.context() as while_it_works:
        while_it_works.setattr(Interrupt, "_ask", pressed_meanwhile)
        pair.people = visavis.Gallery(pair.folder / "people.vav", engine=engine, durability="normal", busy_timeout=0.2)
    interrupted = 0
    for _ in range(3000):
        try:
            with pair.people.transaction():
                pass
        except KeyboardInterrupt:
            interrupted += 1
    assert interrupted > 3
