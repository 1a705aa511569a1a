"""A gallery moves to other models: the calls one by one, and migrate with the photos of its people."""
import shutil

import numpy as np
import pytest

from visavis import ArgumentError, Engine, Gallery, GalleryError, Models, NotFoundError, StateError


def unit(place):
    values = np.zeros(128, np.float32)
    values[place] = 1
    return values


@pytest.fixture(scope="module")
def zoo():
    return Models(set="opencv-zoo")


@pytest.fixture
def people(engine, tmp_path):
    with Gallery(tmp_path / "people.vav", engine=engine, durability="normal") as gallery:
        for number, name in enumerate(["Ada", "Grace"]):
            gallery.add_template(gallery.add_person(name), 1.4 * unit(number), source=f"{name}.jpg")
        yield gallery


def test_staged_and_moved(people, zoo, tmp_path):
    assert not people.move_status().under_way and people.move_status().to_set is None
    people.stage(zoo, 1, unit(5))
    status = people.move_status(zoo)
    assert (status.under_way, status.to_these, status.staged, status.templates) == (True, True, 1, 2)
    assert not people.move_status().to_these and status.kept_chips == 0
    assert status.to_set == "opencv-zoo" and len(status.to_model_sha256) == 64 and "cosine" in status.to_recipe
    assert list(people.unstaged()) == [(2, 2)] and list(people.unstaged(2)) == []
    with pytest.raises(StateError, match="1 of 2"):
        people.move(zoo)
    people.cancel_move()
    assert people.move_status().staged == 0
    with people.transaction():
        people.stage(zoo, 1, unit(5))
        people.stage(zoo, 2, unit(6))
    people.set_audit(True)
    people.move(zoo)
    with pytest.raises(GalleryError, match="has moved"):
        people.identify_embedding(unit(5))
    with Gallery(tmp_path / "people.vav", engine=Engine(models=zoo)) as moved:
        [*_, entry] = moved.audit()
        assert entry.event == "move" and " -> set=opencv-zoo" in entry.recipe
        assert moved.identify_embedding(unit(6)).person == "Grace"
        assert moved.check() == []


def test_what_is_refused(people, zoo, engine):
    with pytest.raises(ArgumentError, match="already"):
        people.stage(engine.models, 1, 1.4 * unit(1))
    with pytest.raises(ArgumentError, match="to must be a visavis.Models"):
        people.stage("opencv-zoo", 1, unit(1))
    with pytest.raises(ArgumentError, match="to must be a visavis.Engine or"):
        people.migrate("opencv-zoo")
    with pytest.raises(ArgumentError, match="photos must be folders"):
        people.migrate(zoo, ["/nowhere"])


def test_many_pages_of_unstaged(people, zoo):
    with people.transaction():
        for _ in range(2100):
            people.add_template(1, 1.4 * unit(3))
    assert [template for template, _ in people.unstaged()] == list(range(1, 2103))


@pytest.fixture
def photos(photo, tmp_path):
    for name, files in {"Obama": ["obama.jpg", "obama2.jpg"], "Biden": ["biden.jpg"]}.items():
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number, file in enumerate(files):
            shutil.copy(photo(file), tmp_path / "photos" / name / f"{number}.jpg")
    return tmp_path / "photos"


@pytest.fixture
def both(engine, zoo):
    if not all(model.path for model in zoo.list() if not model.optional):
        pytest.skip("no models of opencv-zoo here: run `visavis models fetch --set opencv-zoo`")
    return engine


def test_migrated_by_kept_chips(both, zoo, photos, photo, tmp_path):
    with Gallery(tmp_path / "faces.vav", engine=both) as people:
        for folder in sorted(photos.iterdir()):
            people.enroll(folder.name, sorted(folder.iterdir()), keep_chips=True)
        assert people.move_status().kept_chips == 3
        with people.kept_chip(1) as chip:
            assert chip.width == chip.height <= 320
            [face] = both.analyze(chip)
        assert people.identify_embedding(face).person == "Biden"
        done = people.migrate(zoo)
        assert done.moved and not done.failed and done.staged == 3
    with Gallery(tmp_path / "faces.vav", engine=Engine(models=zoo)) as moved:
        assert moved.move_status().kept_chips == 3, "they stay for another time"
        for name in ("obama3.jpg", "biden.jpg"):
            assert moved.identify(photo(name))[0].person == name[:5].rstrip("3.").capitalize()
        moved.remove_chips()
        with pytest.raises(NotFoundError):
            moved.kept_chip(1)


def test_migrated_by_a_kept_chip_in_which_the_detector_sees_nothing(both, zoo, photos, tmp_path):
    [face] = both.analyze(photos / "Biden/0.jpg")
    path, blind = tmp_path / "faces.vav", Engine(models=both.models, threshold=10, min_face=2000, roi=(0, 0, 900, 900))
    with Gallery(path, engine=both) as people, both.cut_face(photos / "Biden/0.jpg", face) as chip:
        people.keep_chip(people.add_template(people.add_person("Biden"), face), chip)
        assert blind.remake(chip, face, both, kept_chip=True).kind == "done"
    with Gallery(path, engine=blind) as people:
        assert people.migrate(zoo).moved


def test_nobody_is_left_behind_for_a_picture_that_could_not_be_read(both, zoo, photos, tmp_path):
    with Gallery(tmp_path / "faces.vav", engine=both) as people:
        for folder in sorted(photos.iterdir()):
            people.enroll(folder.name, sorted(folder.iterdir()))
        (photos / "Biden/0.jpg").unlink()
        (photos / "Biden/0.jpg").symlink_to("/nowhere/0.jpg")
        done = people.migrate(zoo, [photos], leave_behind=True)
        assert not done.moved and [one.kind for one in done.failed] == ["unavailable"]
        (photos / "Biden/0.jpg").unlink()
        done = people.migrate(zoo, [photos], leave_behind=True)
        assert done.moved and done.left_behind == 1


def test_remake(both, zoo, photo):
    other = Engine(models=zoo)
    [face] = both.analyze(photo("obama.jpg"))
    same = both.remake(photo("obama.jpg"), face, other)
    assert same.kind == "done" and same.same_picture and same.distance == 0 and same.box == face.box and not same.reason
    assert np.allclose(same.embedding, other.analyze(photo("obama.jpg"))[0].embedding)
    stranger = both.remake(photo("biden.jpg"), face, other)
    assert (stranger.kind, stranger.embedding) == ("different_face", None) and "somebody else" in stranger.reason
    assert both.remake(np.full((80, 80, 3), 128, np.uint8), face, other).kind == "no_face"
    with pytest.raises(TypeError, match="embedding"):
        bool(same)
    with pytest.raises(ArgumentError, match="opencv-zoo"):
        other.remake(photo("obama.jpg"), face, both)


def test_a_chip_of_ones_own(people):
    pixels = np.arange(50 * 60 * 3, dtype=np.uint8).reshape(50, 60, 3)
    people.keep_chip(2, pixels)
    with people.kept_chip(2) as chip:
        assert (chip.pixels == pixels).all()
    with pytest.raises(ArgumentError, match="width of chip"):
        people.keep_chip(1, np.zeros((10, 321, 3), np.uint8))
    with pytest.raises(NotFoundError):
        people.keep_chip(9, pixels)
    people.remove_person(2)
    assert people.move_status().kept_chips == 0


def test_migrated_by_photos(both, zoo, photos, photo, tmp_path):
    engine = both
    path, steps = tmp_path / "faces.vav", []
    with Gallery(path, engine=engine) as people:
        for folder in sorted(photos.iterdir()):
            people.enroll(folder.name, sorted(folder.iterdir()))
        (photos / "Obama/1.jpg").rename(tmp_path / "1.jpg")
        shutil.copy(photo("obama3.jpg"), photos / "Biden/0.jpg")
        done = people.migrate(zoo, [photos], progress=lambda *step: steps.append(step))
        assert not done.moved and done.staged == 1 and steps == [(3, 3)]
        assert sorted((one.name, one.kind) for one in done.failed) == [("Biden", "different_face"),
                                                                     ("Obama", "not_found")]
        with pytest.raises(TypeError, match="moved"):
            bool(done)
        assert people.identify(photo("biden.jpg"))[0].person == "Biden", "goes on to answer"
        shutil.copy(photo("biden.jpg"), photos / "Biden/0.jpg")
        done = people.migrate(Engine(models=zoo), [photos], leave_behind=True)
        assert done.moved and done.staged == 1 and done.left_behind == 1 and people.closed
    with Gallery(path, engine=Engine(models=zoo)) as moved:
        assert moved.identify(photo("biden.jpg"))[0].person == "Biden"
        assert moved.identify(photo("obama3.jpg"))[0].person == "Obama"
        assert moved.enroll("Biden", photo("biden.jpg")).already == [0], "the embedding is that of an enrolment"
