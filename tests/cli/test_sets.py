"""Sets of models: the command with opencv-zoo, and each set refused by what the other made."""
import json
import math
import random

import pytest

NEGATIVE, WRONG_USE, FAILED = 1, 2, 3
ZOO = ["--model-set", "opencv-zoo"]
THRESHOLD = {"dlib": pytest.approx(0.524, abs=0.001), "opencv-zoo": pytest.approx(1.154, abs=0.001),
             "dlib-1": pytest.approx(0.971, abs=0.001), "sface-1": pytest.approx(1.036, abs=0.001)}


@pytest.fixture(scope="module")
def zoo(visavis, bare):
    """The command with the second set, where its models are."""
    listed = visavis(*ZOO, "models", "list", json=True)
    if not all(line["path"] for line in listed if line["set"] == "opencv-zoo" and not line["optional"]):
        pytest.skip("no models of opencv-zoo here: run `visavis models fetch --set opencv-zoo`")
    return lambda *arguments, **how: bare(*ZOO, *arguments, **how)


@pytest.fixture(scope="module")
def galleries(visavis, zoo, photo, tmp_path_factory):
    """A gallery of each set, with one person, and its export."""
    folder = tmp_path_factory.mktemp("sets")
    made = {}
    for name, command in (("dlib", visavis), ("opencv-zoo", zoo)):
        path = folder / f"{name}.vav"
        command("enroll", "-g", path, "--name", "Obama", photo("obama.jpg"))
        command("gallery", "export", "-g", path, folder / f"{name}.export")
        made[name] = path, folder / f"{name}.export"
    return made


def of_set(name):
    return ["--model-set", name]


def test_a_new_gallery_is_of_dlib_1(bare, zoo, photo, tmp_path, monkeypatch):
    monkeypatch.delenv("VISAVIS_MODEL_SET")
    blank, encoded = tmp_path / "blank.vav", tmp_path / "encoded.vav"
    blank.touch()
    for gallery in (tmp_path / "new.vav", blank):
        bare("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"))
        [info] = bare("gallery", "info", "-g", gallery, json=True)
        assert info["recipe"].startswith("set=dlib-1,")
    bare("gallery", "import", "-g", encoded, encodings(tmp_path / "faces.json", 1.4))
    assert bare("gallery", "info", "-g", encoded, json=True)[0]["recipe"].startswith("chip=150,")
    [line] = bare("compare", photo("obama.jpg"), photo("obama2.jpg"), json=True)
    assert line["threshold"] == THRESHOLD["dlib-1"], "without a gallery it is the set of new ones"
    [report] = bare("doctor", json=True)
    assert report["set"] == "dlib-1"


@pytest.mark.parametrize("name", ["dlib", "sface-1"])
def test_what_a_new_gallery_is_made_of_says_its_set(bare, zoo, photo, tmp_path, monkeypatch, name):
    """After a disk is lost nobody remembers --model-set."""
    monkeypatch.delenv("VISAVIS_MODEL_SET")
    old, backup, export = tmp_path / "old.vav", tmp_path / "backup.vav", tmp_path / "people.export"
    bare("--model-set", name, "enroll", "-g", old, "--name", "Obama", photo("obama.jpg"))
    bare("gallery", "backup", "-g", old, backup)
    bare("gallery", "export", "-g", old, export)
    [before] = bare("gallery", "info", "-g", old, json=True)
    for how, of in (("restore", backup), ("import", export)):
        new = tmp_path / f"{how}.vav"
        bare("gallery", how, "-g", new, of)
        [info] = bare("gallery", "info", "-g", new, json=True)
        assert (info["recipe"], info["templates"]) == (before["recipe"], 1)


@pytest.mark.parametrize("name", ["dlib-1", "sface-1"])
def test_a_gallery_says_which_set_it_is_of(bare, zoo, photo, tmp_path, monkeypatch, name):
    """So --model-set is for new galleries; what a gallery has is read from it."""
    monkeypatch.delenv("VISAVIS_MODEL_SET")
    gallery, backup = tmp_path / "people.vav", tmp_path / "backup.vav"
    bare("--recipe", name, "enroll", "-g", gallery, "--keep-chips", "--name", "Obama", photo("obama.jpg"))
    again = bare("enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg"), json=True)
    assert again[0]["status"] == "already_enrolled", again
    [line] = bare("identify", "-g", gallery, photo("obama2.jpg"), json=True)
    assert line["faces"][0]["person"]["name"] == "Obama" and line["faces"][0]["threshold"] == THRESHOLD[name]
    [line] = bare("identify", "-g", gallery, photo("biden.jpg"), json=True, code=NEGATIVE)
    assert line["faces"][0]["decision"] == "unknown"
    [line] = bare("identify", "-g", gallery, "--preset", "compat", photo("obama2.jpg"), json=True)
    assert line["faces"][0]["threshold"] != THRESHOLD[name]
    bare("gallery", "backup", "-g", gallery, backup)
    bare("gallery", "restore", "-g", gallery, backup, "--force")
    assert bare("gallery", "check", "-g", gallery, json=True)[0]["sound"]
    for to in ("dlib", name):
        assert f"moved to {to}" in bare("gallery", "migrate", "-g", gallery, "--to", to).stdout
        assert f"of {to} already" in bare("gallery", "migrate", "-g", gallery, "--to", to).stdout
        [line] = bare("identify", "-g", gallery, photo("obama2.jpg"), json=True)
        assert line["faces"][0]["threshold"] == THRESHOLD[to]
    done = bare("--model-set", "dlib", "identify", "-g", gallery, photo("obama2.jpg"), code=FAILED)
    assert f'Give --model-set "{name}"' in done.stderr


def encodings(path, norm):
    generator = random.Random(7)
    numbers = [generator.gauss(0, 1) for _ in range(128)]
    length = math.sqrt(sum(x * x for x in numbers)) or 1
    path.write_text(json.dumps({"names": ["Ada"], "encodings": [[x * norm / length for x in numbers]]}))
    return path


def test_who_is_it(zoo, galleries, photo):
    gallery, _ = galleries["opencv-zoo"]
    [line] = zoo("identify", "-g", gallery, photo("obama2.jpg"), json=True)
    [face] = line["faces"]
    assert face["decision"] == "match" and face["person"]["name"] == "Obama"
    assert face["threshold"] == THRESHOLD["opencv-zoo"] and face["distance"] < 1
    [line] = zoo("identify", "-g", gallery, photo("biden.jpg"), json=True, code=NEGATIVE)
    assert line["faces"][0]["decision"] == "unknown"
    for name, code in (("obama3.jpg", 0), ("biden.jpg", NEGATIVE)):
        [line] = zoo("verify", "-g", gallery, "--person", "Obama", photo(name), json=True, code=code)
        assert line["same"] is (code == 0) and line["threshold"] == THRESHOLD["opencv-zoo"]


@pytest.mark.parametrize("name", THRESHOLD)
def test_compare_takes_the_threshold_of_the_set(bare, zoo, photo, name):
    [same] = bare(*of_set(name), "compare", photo("obama.jpg"), photo("obama2.jpg"), json=True)
    [other] = bare(*of_set(name), "compare", photo("obama.jpg"), photo("biden.jpg"), json=True, code=NEGATIVE)
    assert same["threshold"] == other["threshold"] == THRESHOLD[name]
    assert same["distance"] < same["threshold"] < other["distance"]


@pytest.mark.parametrize("name, other", [("dlib", "opencv-zoo"), ("opencv-zoo", "dlib")])
def test_a_gallery_of_the_other_set_is_refused_by_name(bare, galleries, photo, tmp_path, name, other):
    gallery, _ = galleries[other]
    picture = photo("obama2.jpg")
    for arguments in (["identify", "-g", gallery, picture], ["verify", "-g", gallery, "--person", "Obama", picture],
                      ["enroll", "-g", gallery, "--name", "Obama", picture], ["person", "list", "-g", gallery],
                      ["draw", "-g", gallery, picture, tmp_path / "out.jpg"], ["gallery", "info", "-g", gallery],
                      ["gallery", "import", "-g", gallery, galleries[name][1]],
                      ["gallery", "import", "-g", galleries[name][0], galleries[other][1]]):
        done = bare(*of_set(name), *arguments, code=FAILED)
        assert f'Give --model-set "{other}"' in done.stderr and f"set of models {other}" in done.stderr, done.stderr


@pytest.mark.parametrize("name, norm, words", [
    ("dlib", 1, ["norm 1;", 'may be one of "opencv-zoo"']), ("dlib", 100, ["norm 100"]), ("dlib", 0, ["zeros"]),
    ("opencv-zoo", 1.4, ["norm 1.4", 'may be one of "dlib"']), ("opencv-zoo", 100, ["norm 100"]),
    ("opencv-zoo", 0, ["zeros"]),
])
def test_encodings_of_another_model_are_refused(bare, tmp_path, name, norm, words):
    file, gallery = encodings(tmp_path / "faces.json", norm), tmp_path / "new.vav"
    done = bare(*of_set(name), "gallery", "import", "-g", gallery, file, code=FAILED)
    assert all(word in done.stderr for word in [str(file), "encoding 0", f'"{name}"', *words]), done.stderr
    assert not gallery.exists()


@pytest.mark.parametrize("name, norm", [("dlib", 1.4), ("opencv-zoo", 1)])
def test_encodings_of_the_set_are_taken(bare, tmp_path, name, norm):
    [told] = bare(*of_set(name), "gallery", "import", "-g", tmp_path / "new.vav",
                  encodings(tmp_path / "faces.json", norm), json=True)
    assert told["templates"] == 1


def test_what_a_person_sees(zoo, photo, tmp_path):
    done = zoo("doctor")
    for words in ("model set opencv-zoo, with the detectors yunet\n", "(of dlib)", "All that is needed"):
        assert words in done.stdout
    [report] = zoo("doctor", json=True)
    assert report["set"] == "opencv-zoo" and report["ok"]
    [line] = zoo("detect", photo("biden.jpg"), json=True)
    assert len(line["faces"]) == 1
    assert "1 face marked" in zoo("draw", photo("biden.jpg"), tmp_path / "out.jpg").stdout
    [line] = zoo("embed", photo("biden.jpg"), json=True)
    assert math.hypot(*line["faces"][0]["embedding"]) == pytest.approx(1, abs=1e-5)
    for arguments in (["detect", "--detector", "hog"], ["detect", "--gray"]):
        done = zoo(*arguments, photo("biden.jpg"), code=WRONG_USE)
        assert "yunet" in done.stderr or "--gray" in done.stderr


def test_bench(zoo, photo):
    [found] = zoo("bench", "--seconds", "0", "--threads", "1", photo("biden.jpg"), json=True)
    assert found["faces"] == 1 and [row["what"] for row in found["rows"]] == [
        "decode", "detect, yunet", "landmarks and chip", "embed 1 face", "embed 16 at once", "file to embeddings"]
    assert all(row["times_dlib"] is None and row["ms"] > 0 for row in found["rows"])


def test_eval(zoo, photo, tmp_path):
    for name in ("obama.jpg", "obama2.jpg", "biden.jpg"):
        (tmp_path / name).symlink_to(photo(name))
    (tmp_path / "pairs.csv").write_text("a,b,same\nobama.jpg,obama2.jpg,1\nobama.jpg,biden.jpg,0\n")
    [report] = zoo("eval", "pairs", "--pairs", tmp_path / "pairs.csv", "--images", tmp_path, json=True)
    assert report["threshold"] == 1.1287 and report["accuracy_at_threshold"] == 1


def test_fetch_from_a_folder(zoo, tmp_path):
    """Files that somebody has; one that was altered is refused, and nothing of it is installed."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    listed = [line for line in zoo("models", "list", json=True) if line["set"] == "opencv-zoo" and line["path"]]
    for line in listed:
        (source / line["file"]).symlink_to(line["path"])
    zoo("--models", target, "models", "fetch", "--set", "opencv-zoo", "--from", source)
    assert sorted(path.name for path in target.iterdir()) == sorted(line["file"] for line in listed)
    original = source / "face_detection_yunet_2023mar.onnx"
    if not original.exists():
        original.write_bytes(b"not what was published")
        done = zoo("--models", tmp_path / "other", "models", "fetch", "face_detection_yunet_2023mar", "--from", source,
                   code=FAILED)
        assert "altered" in done.stderr
        assert not (tmp_path / "other" / original.name).exists()


def test_an_unknown_set_is_wrong_use(bare, photo):
    done = bare("--model-set", "opencv", "detect", photo("biden.jpg"), code=WRONG_USE)
    assert "dlib, opencv-zoo" in done.stderr


def test_yunet_finds_faces_for_the_set_dlib(visavis, zoo, galleries, photo):
    """A gallery of dlib's set takes faces that YuNet has found: the embeddings are of the same network."""
    gallery, _ = galleries["dlib"]
    yunet = ["--detector", "yunet"]
    for name, decision in (("obama2.jpg", "match"), ("biden.jpg", "unknown")):
        [line] = visavis(*yunet, "identify", "-g", gallery, photo(name), json=True,
                         code=0 if decision == "match" else NEGATIVE)
        [face] = line["faces"]
        assert face["decision"] == decision and face["threshold"] == THRESHOLD["dlib"]
    [hog] = visavis("detect", photo("obama.jpg"), json=True)
    [own] = visavis(*yunet, "detect", photo("obama.jpg"), json=True)
    a, b = hog["faces"][0]["box"], own["faces"][0]["box"]
    size = a["right"] - a["left"]
    assert all(abs(a[side] - b[side]) < size / 4 for side in a), (a, b)
