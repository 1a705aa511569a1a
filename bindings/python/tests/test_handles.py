"""Objects of the library: freed once, never during a call, and not on the wrong side of a fork."""
import gc
import multiprocessing
import os
import threading
import weakref

import numpy as np
import pytest

import visavis
from visavis._handle import Owned


def owned():
    """An Owned of a pretended pointer, and the list of what was destroyed."""
    destroyed = []
    return Owned("pointer", destroyed.append, "thing", keep=np.zeros(3)), destroyed


def test_closing_waits_for_the_last_user():
    thing, destroyed = owned()
    assert thing.acquire() == thing.acquire() == "pointer"
    thing.close()
    thing.release()
    assert destroyed == []
    thing.release()
    assert destroyed == ["pointer"]


def test_destroyed_once():
    thing, destroyed = owned()
    thing.close()
    thing.close()
    assert destroyed == ["pointer"]
    with pytest.raises(visavis.StateError, match="this thing is closed"):
        thing.acquire()


def test_close_while_another_thread_calls(models, photo):
    engine = visavis.Engine(models=models)
    image = visavis.Image.open(photo("obama.jpg"))
    results = []
    thread = threading.Thread(target=lambda: results.append(engine.analyze(image)))
    thread.start()
    while thread.is_alive() and not image._owned._users:  # taken last, just before the library is called
        pass
    engine.close()
    image.close()
    thread.join()
    assert len(results[0]) == 1
    with pytest.raises(visavis.StateError, match="engine is closed"):
        engine.detect(photo("obama.jpg"))


def test_forgotten_objects_are_freed():
    image = visavis.Image.from_array(np.zeros((4, 4, 3), np.uint8))
    owner, gone = image._owned, weakref.ref(image)
    del image
    gc.collect()
    assert gone() is None and owner.closed and owner._pointer is None


def test_array_is_let_go_with_the_image():
    class Pixels(np.ndarray):
        """An array which can be watched."""

    array = np.zeros((4, 4, 3), np.uint8).view(Pixels)
    gone = weakref.ref(array)
    image = visavis.Image.from_array(array)
    del array
    gc.collect()
    assert gone() is not None
    image.close()
    gc.collect()
    assert gone() is None


def test_engine_outlives_the_models_object(portrait, models):
    own = visavis.Models()
    engine = visavis.Engine(models=own)
    own.close()
    assert len(engine.analyze(portrait("obama.jpg"), embeddings=False)) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_fork(people, engine, portrait):
    """In the child an engine works, a gallery must be opened again, and the parent's is left alone."""
    people.add_person("Ada")
    picture = portrait("obama.jpg")
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            faces = engine.detect(picture)
            try:
                people.info()
            except visavis.StateError as refusal:
                people.close()
                outcome = 0 if len(faces) == 1 and "fork" in str(refusal) else 2
        finally:
            os._exit(outcome)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    people.add_person("Grace")
    assert [person.name for person in people.persons()] == ["Ada", "Grace"]
    assert people.check() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_opens_what_its_parent_has_open(people, tmp_path):
    """What it acknowledges stays when the parent closes first; and close() does not hang on another thread's lock."""
    people.add_person("Ada")
    held, release = threading.Event(), threading.Event()

    def hold():
        with people._owned._lock:
            held.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    (told, opened), (go_on, may_go_on) = multiprocessing.Pipe(False), multiprocessing.Pipe(False)
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            people.close()
            with visavis.Gallery(tmp_path / "people.vav") as own:
                own.add_person("Bo")
                opened.send(True)
                go_on.recv()
                own.add_person("Cy")
            outcome = 0
        finally:
            os._exit(outcome)
    release.set()
    holder.join()
    assert told.poll(60)
    people.close()
    may_go_on.send(True)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with visavis.Gallery(tmp_path / "people.vav") as again:
        assert [person.name for person in again.persons()] == ["Ada", "Bo", "Cy"]
        assert again.check() == []
