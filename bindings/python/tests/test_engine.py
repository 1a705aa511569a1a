"""Faces on the sample photos: what dlib itself finds, however the picture comes in."""
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import visavis
from visavis import Engine, Image

OBAMA = (366, 136, 624, 394)  # dlib's HOG detector, the picture as it is
OBAMA_ENLARGED = (349, 142, 617, 409)  # enlarged once, as face_recognition does


def test_hog_box_is_dlibs(obama):
    assert obama.box == OBAMA
    assert (obama.box.width, obama.box.height) == (259, 259)
    assert obama.score > 0


def test_enlarged_as_face_recognition_does(keen_engine, photo):
    [face] = keen_engine.detect(photo("obama.jpg"))
    assert face.box == OBAMA_ENLARGED


def test_face_has_landmarks_and_embedding(obama):
    assert obama.landmarks.shape == (5, 2) and obama.landmarks.dtype == np.float32
    assert obama.embedding.shape == (128,) and obama.embedding.dtype == np.float32
    assert obama.chip is None
    left, top, right, bottom = obama.box
    assert ((obama.landmarks > (left, top)) & (obama.landmarks < (right, bottom))).all()
    eye_on_the_right, eye_on_the_left, nose = obama.landmarks[0], obama.landmarks[2], obama.landmarks[4]
    assert eye_on_the_right[0] > nose[0] > eye_on_the_left[0] and nose[1] > eye_on_the_left[1]


def test_what_was_not_asked_for_is_none(engine, photo):
    [found] = engine.detect(photo("obama.jpg"))
    assert found.box == OBAMA and found.landmarks is None and found.embedding is None and found.chip is None
    [found] = engine.analyze(photo("obama.jpg"), embeddings=False)
    assert found.landmarks is not None and found.embedding is None and found.chip is None


def test_every_kind_of_picture_gives_the_same(engine, photo, obama):
    path = photo("obama.jpg")
    rgb = Image.open(path).pixels
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    framed = np.zeros((rgb.shape[0] + 20, rgb.shape[1] + 30, 3), np.uint8)
    framed[10:-10, 15:-15] = rgb
    rgba = np.dstack([rgb, np.zeros(rgb.shape[:2], np.uint8)])
    for picture in (str(path), path.read_bytes(), rgb, bgr[:, :, ::-1], rgba, framed[10:-10, 15:-15],
                    Image.from_array(bgr, "bgr")):
        [found] = engine.analyze(picture)
        assert found.box == OBAMA
        assert np.array_equal(found.landmarks, obama.landmarks)
        assert np.allclose(found.embedding, obama.embedding, atol=1e-6)


def test_mirrored_array(engine, photo, obama):
    rgb = Image.open(photo("obama.jpg")).pixels
    [found] = engine.analyze(rgb[:, ::-1])
    width = rgb.shape[1]
    middle = (found.box.left + found.box.right) / 2
    assert abs((width - 1 - middle) - (OBAMA[0] + OBAMA[2]) / 2) < 24  # three steps of the detector
    assert visavis.distance(found, obama) < 0.4  # a mirrored face is still the same face


def test_step_by_step_gives_the_same(engine, photo, obama):
    path = photo("obama.jpg")
    [by_box] = engine.analyze_boxes(path, [obama.box], chips=True)
    [by_points] = engine.analyze_landmarks(path, obama.landmarks[np.newaxis], chips=True)
    assert by_box.box == OBAMA and by_box.score is None
    assert by_points.box is None
    assert by_box.chip.shape == (150, 150, 3) and by_box.chip.dtype == np.uint8
    assert np.array_equal(by_box.landmarks, obama.landmarks)
    assert np.array_equal(by_points.chip, by_box.chip)
    embedded = engine.embed_chips(np.stack([by_box.chip, by_points.chip]))
    assert embedded.shape == (2, 128)
    for embedding in (by_box.embedding, by_points.embedding, embedded[0], embedded[1]):
        assert np.allclose(embedding, obama.embedding, atol=1e-6)


def test_batch_is_one_by_one(engine, portrait, photo, obama):
    blank = np.zeros((200, 300, 3), np.uint8)
    batch = engine.analyze_batch([photo("obama.jpg"), blank, portrait("biden.jpg")])
    assert [len(faces) for faces in batch] == [1, 0, 1]
    assert np.allclose(batch[0][0].embedding, obama.embedding, atol=1e-6)
    [biden] = engine.analyze(portrait("biden.jpg"))
    assert batch[2][0].box == biden.box and np.allclose(batch[2][0].embedding, biden.embedding, atol=1e-6)


def test_nothing_in_nothing_out(engine, photo):
    assert engine.analyze(np.zeros((200, 300, 3), np.uint8)) == []
    assert engine.analyze_batch([]) == []
    assert engine.analyze_boxes(photo("obama.jpg"), []) == []
    assert engine.analyze_landmarks(photo("obama.jpg"), np.zeros((0, 5, 2))) == []
    assert engine.embed_chips(np.zeros((0, 150, 150, 3), np.uint8)).shape == (0, 128)


def test_size_limits(engine, keen_engine, models, photo):
    small = Image.open(photo("obama.jpg")).pixels[::5, ::5]  # the face is 52 px wide
    assert engine.detect(small) == []
    [face] = keen_engine.detect(small)
    assert 40 <= face.box.width <= 70
    assert Engine(min_face=40, max_face=45, models=models).detect(small) == []


def test_region_and_grey(engine, models, photo):
    pixels = Image.open(photo("obama.jpg")).pixels
    height, width, _ = pixels.shape
    [face] = engine.detect(pixels[20:, 200:])
    [found] = Engine(roi=(200, 20, width - 1, height - 1), models=models).detect(pixels)
    assert found.score == face.score
    assert found.box == tuple(side + shift for side, shift in zip(face.box, (200, 20, 200, 20)))
    assert Engine(roi=(0, 0, 99, 99), models=models).detect(pixels) == []
    with pytest.raises(visavis.ArgumentError, match="roi"):
        Engine(roi=(0, 0, width, 99), models=models).detect(pixels)
    [grey] = Engine(gray=True, models=models).detect(pixels)
    assert abs(grey.box.left - OBAMA[0]) < 60
    with pytest.raises(visavis.VisavisError, match="gray"):
        Engine("cnn", gray=True, models=models).detect(pixels)


def test_clipping(engine, models, portrait):
    cut = portrait("obama.jpg")[170:]
    boxes = [face.box for face in engine.detect(cut)]
    clipped = [face.box for face in Engine(clip=True, models=models).detect(cut)]
    assert len(boxes) == 1 and boxes[0].top < 0
    assert clipped == [boxes[0]._replace(top=0)]


def test_cnn_finds_the_same_face(models, photo):
    thinned = Image.open(photo("obama.jpg")).pixels[::3, ::3]
    [face] = Engine("cnn", models=models).detect(thinned)
    for found, known in zip(face.box, OBAMA):
        assert abs(found * 3 - known) < 60


def test_threads_share_one_engine(engine, portrait):
    """Eight Python threads at once give what one gives."""
    pictures = [portrait("obama.jpg"), portrait("biden.jpg")]
    expected = [engine.analyze(picture) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        for index, [face] in enumerate(pool.map(engine.analyze, pictures * 8)):
            assert face.box == expected[index % 2][0].box
            assert np.array_equal(face.embedding, expected[index % 2][0].embedding)


def test_python_runs_on_during_a_call(models, portrait):
    """The interpreter's lock is given up: another thread gets on while a picture is analyzed, slowly enough to
    notice."""
    slow = visavis.Engine("cnn", backend="dlib", models=models)
    slow.warm_up()
    ticks, done = [], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(1)

    other = threading.Thread(target=tick)
    other.start()
    before = len(ticks)
    slow.analyze(np.ascontiguousarray(portrait("obama.jpg")[::2, ::2]))
    during = len(ticks) - before
    done.set()
    other.join()
    assert during > 5


def test_several_threads_a_call(engine, models, portrait):
    pictures = [portrait(name) for name in ("obama.jpg", "biden.jpg", "obama2.jpg")]
    batch = Engine(threads=4, models=models).analyze_batch(pictures)
    for picture, [face] in zip(pictures, batch):
        assert np.allclose(face.embedding, engine.analyze(picture)[0].embedding, atol=1e-6)


def test_largest(engine, portrait):
    faces = engine.detect(np.hstack([portrait("obama.jpg"), portrait("biden.jpg")]))
    widths = [face.box.width for face in faces]
    assert len(widths) == 2 and visavis.largest(faces).box.width == max(widths) > min(widths)
    assert visavis.largest([]) is None


def test_warm_up_and_backend(engine):
    engine.warm_up()
    assert engine.backend.split(":")[0] in ("onednn", "dlib")
    assert visavis.Engine(backend="dlib").backend.startswith("dlib: ")
    assert "; exact, for there is no faster way" in visavis.Engine(precision="fast", models=engine.models).backend


@pytest.mark.parametrize("options, words", [
    ({"detector": "yolo"}, "one of hog, cnn"), ({"backend": "magic"}, "one of auto, dlib"),
    ({"precision": "high"}, "one of exact, fast"),
    ({"threads": -1}, "threads"), ({"threads": 2**32 + 1}, "out of range"), ({"min_face": "big"}, "min_face"),
    ({"roi": (1, 2, 3)}, "roi"), ({"roi": 5}, "roi"),
])
def test_wrong_options(options, words):
    with pytest.raises(visavis.ArgumentError, match=words):
        Engine(**options)


def test_wrong_inputs(engine, photo):
    path = photo("obama.jpg")
    for boxes in ([(1, 2, 3)], [(1, 2, 3, "x")], [5], [(10, 10, 5, 20)], [(0, 0, 2**40, 5)]):
        with pytest.raises(visavis.ArgumentError):
            engine.analyze_boxes(path, boxes)
    for landmarks in (np.zeros((1, 4, 2)), np.full((1, 5, 2), np.nan), "words"):
        with pytest.raises(visavis.ArgumentError):
            engine.analyze_landmarks(path, landmarks)
    for chips in (np.zeros((1, 100, 100, 3), np.uint8), np.zeros((1, 150, 150, 3)), np.zeros((150, 150, 3), np.uint8)):
        with pytest.raises(visavis.ArgumentError, match="150, 150, 3"):
            engine.embed_chips(chips)
    with pytest.raises(visavis.FileMissingError):
        engine.analyze_batch([path, "gone.jpg"])


def test_missing_models_say_what_to_do(photo, tmp_path):
    engine = Engine(models=visavis.Models(tmp_path, skip_user_cache=True))
    assert engine.detect(photo("obama.jpg"))[0].box == OBAMA  # needs no file
    with pytest.raises(visavis.ModelError, match="shape_predictor_5_face_landmarks.dat"):
        engine.analyze(photo("obama.jpg"))


def test_what_is_no_face_has_no_embedding(engine, portrait):
    noise = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
    [face] = engine.analyze_boxes(noise, [(50, 50, 250, 250)])
    assert face.comparable is False and face.embedding is None
    assert face.not_comparable_reason == "noisy" and "grain" in face.advice
    with pytest.raises(visavis.ArgumentError, match="cannot be compared: grain"):
        visavis.compare(face, face)
    [face] = engine.analyze(portrait("obama.jpg"))
    assert face.comparable is True and face.not_comparable_reason is None and face.advice is None
    [found] = engine.detect(portrait("obama.jpg"))
    assert found.comparable is None and found.not_comparable_reason is None


def test_what_cannot_be_compared_is_neither_named_nor_enrolled(people, portrait):
    people.enroll("Obama", portrait("obama.jpg"))
    blocks = portrait("obama2.jpg")[4::8, 4::8].repeat(8, 0).repeat(8, 1)  # as JPEG at its worst leaves them
    [answer] = people.identify(blocks)
    assert answer.decision is visavis.Decision.NOT_EVALUATED and answer.person is None
    assert answer.face.not_comparable_reason == "compressed"
    refused = people.enroll("Nobody", [blocks])
    assert refused.person is None and "better quality" in refused.refused[0].reason
    verdict = people.verify(1, blocks)
    assert verdict.decision is visavis.Decision.NOT_EVALUATED and verdict.reason == "compressed"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_upright_finds_what_lies_on_its_side(models, obama, portrait, turns):
    engine = Engine(upright=True, models=models)
    turned = np.ascontiguousarray(np.rot90(portrait("obama.jpg"), turns))
    [face] = engine.analyze(turned)
    assert face.comparable and visavis.distance(face, obama) < 0.2
    height, width, _ = turned.shape
    assert 0 <= face.box.left < face.box.right < width and 0 <= face.box.top < face.box.bottom < height


def test_quality_only_where_it_was_asked_for(engine, photo, obama):
    assert obama.quality is None
    [found] = engine.analyze(photo("obama.jpg"), embeddings=False, quality=True)
    assert len(found.quality) == 18 and found.embedding is None
    for name, one in found.quality.items():
        assert one.measure == name and (one.score is None) == (name == "head_pose_pitch") == (one.raw is None)
        assert one.score is None or 0 <= one.score <= 100
    assert found.quality["head_pose_pitch"].gap == "points" and found.quality["head_pose_pitch"].advice == ""
    assert found.quality["sharpness"].score == 100 and found.quality["sharpness"].gap is None
    assert "nearer" in found.quality["head_size"].advice
    assert not found.quality["head_pose_roll"].approximate and found.quality["head_pose_yaw"].approximate
    with pytest.raises(TypeError, match="score"):
        bool(found.quality["sharpness"])
    [grey] = engine.analyze(np.repeat(Image.open(photo("obama.jpg")).pixels.mean(2, keepdims=True).astype(np.uint8), 3,
                                      axis=2), quality=True)
    assert grey.quality["natural_colour"].score is None and grey.quality["natural_colour"].gap == "grey"


def test_quality_in_every_way_to_analyze(engine, photo, obama):
    path = photo("obama.jpg")
    whole = engine.analyze(path, quality=True)[0].quality
    assert engine.analyze_largest(path, quality=True).quality == whole
    assert engine.analyze_batch([path], quality=True)[0][0].quality == whole
    [boxed] = engine.analyze_boxes(path, [obama.box], quality=True)
    [pointed] = engine.analyze_landmarks(path, [obama.landmarks], quality=True)
    for found in (boxed, pointed):  # nobody looked for other faces
        assert found.quality["single_face_present"].gap == "faces"
        assert {name: one for name, one in found.quality.items() if name != "single_face_present"} == {
            name: one for name, one in whole.items() if name != "single_face_present"}


def test_a_policy_says_what_is_not_good_enough(engine, photo, obama):
    path = photo("obama.jpg")
    assert obama.refusals is None
    for policy in ("strict", "normal", "lenient", visavis.Policy()):
        assert engine.analyze(path, policy=policy)[0].refusals == []
    demanding = visavis.Policy("lenient", {"inter_eye_distance": (200, None), "head_size": [None, 0.1]})
    for found in (engine.analyze(path, policy=demanding)[0], engine.analyze_largest(path, policy=demanding),
                  engine.analyze_batch([path], policy=demanding)[0][0],
                  engine.analyze_boxes(path, [obama.box], policy=demanding)[0],
                  engine.analyze_landmarks(path, [obama.landmarks], policy=demanding)[0]):
        eyes, head = found.refusals
        assert eyes.startswith("eyes 106 px apart, needs 200: step nearer") and "at most 10" in head
        assert found.quality and found.embedding is not None
    [room] = engine.analyze(path, policy=visavis.Policy(portrait=True))[0].refusals
    assert "leave more room above the head" in room
    [nobody] = engine.analyze_boxes(path, [(0, 0, 60, 60)], policy="lenient")
    assert nobody.refusals[0] == nobody.advice
    for wrong in ("mild", visavis.Policy("mild"), visavis.Policy(limits={"beauty": (1, 2)}),
                  visavis.Policy(limits={"sharpness": 1}), visavis.Policy(limits={"sharpness": (2, 1)}),
                  visavis.Policy(limits={"sharpness": ("a", 1)}), visavis.Policy(limits=[]),
                  visavis.Policy(portrait=1)):
        with pytest.raises(visavis.ArgumentError, match="policy"):
            engine.analyze(path, policy=wrong)


def test_a_portrait_has_the_geometry_of_passports(engine, photo, obama):
    path = photo("obama.jpg")
    portrait = engine.cut_portrait(path, obama, width=600)
    assert (portrait.width, portrait.height) == (600, 800)
    [again] = engine.analyze(portrait)
    right, left = again.landmarks[:2].mean(0), again.landmarks[2:4].mean(0)
    assert np.allclose(left, (225, 360), atol=6) and np.allclose(right, (375, 360), atol=6)
    assert visavis.distance(again, obama) < 0.2
    assert 400 < engine.cut_portrait(path, obama).width < 450
    with pytest.raises(visavis.ArgumentError, match="width"):
        engine.cut_portrait(path, obama, width=5000)
