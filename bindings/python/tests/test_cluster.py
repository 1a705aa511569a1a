"""Clustering: labels of faces, labels that last, and what is refused."""
import numpy as np
import pytest

import visavis

OF_ONE, OF_OTHER = np.zeros((2, 128), np.float32)
OF_ONE[0] = OF_OTHER[1] = 1.3


def near(point, step):
    moved = point.copy()
    moved[5] += step / 50
    return moved


@pytest.fixture
def plain_models():
    return visavis.Models(set="dlib")


def test_faces_are_put_together(plain_models):
    faces = [near(OF_ONE, 0), near(OF_OTHER, 0), near(OF_ONE, 1), near(OF_ONE, 2), near(OF_OTHER, 1)]
    seen = []
    labels = plain_models.cluster(faces, progress=lambda done, total: seen.append((done, total)))
    assert labels.dtype == np.int64 and labels.tolist() == [1, 2, 1, 1, 2]
    assert seen[-1] == (10, 10)
    assert plain_models.cluster(np.stack(faces), earlier=[0, 7, 7, 5, 0], threads=1).tolist() == [5, 7, 5, 5, 7]
    assert plain_models.cluster(faces, threshold=0.001).tolist() == [1, 2, 3, 4, 5]
    assert plain_models.cluster([]).tolist() == []


def test_real_faces(engine, portrait):
    faces = [visavis.largest(engine.analyze(portrait(f"{name}.jpg"))) for name in ("obama", "biden", "obama2")]
    assert engine.models.cluster(faces, threshold=0.6).tolist() == [1, 2, 1]
    with pytest.raises(visavis.ArgumentError, match="set of models"):
        visavis.Models(set="opencv-zoo").cluster(faces)


@pytest.mark.parametrize("how, said", [
    ({"faces": [OF_ONE[:64]]}, r"faces\[0\] has 64"), ({"faces": [OF_ONE, OF_ONE * 2.5]}, r"embeddings\[1\]"),
    ({"faces": 3}, "faces"), ({"faces": [OF_ONE], "earlier": [1, 2]}, "earlier has 2"),
    ({"faces": [OF_ONE], "earlier": [-1]}, r"earlier\[0\]"), ({"faces": [], "threads": 257}, "threads"),
    ({"faces": [], "threshold": 0.5, "preset": "door"}, "only one"), ({"faces": [], "progress": 3}, "progress")])
def test_what_is_refused(plain_models, how, said):
    with pytest.raises(visavis.ArgumentError, match=said):
        plain_models.cluster(**how)


def test_a_progress_function_stops_the_work(plain_models):
    def stop(_done, _total):
        raise KeyError("enough")
    with pytest.raises(KeyError):
        plain_models.cluster([OF_ONE], progress=stop)
