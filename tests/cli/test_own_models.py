"""Models of one's own by the command: added, used as a set, refused where they do not fit, removed."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest
from conftest import CACHE, COMMAND

YUNET = "face_detection_yunet_2023mar_int8bq.onnx"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """made(seed) is an ONNX file of the form of ArcFace's, with weights by chance."""
    folder = tmp_path_factory.mktemp("onnx")

    def make(seed):
        path = folder / f"{seed}.onnx"
        subprocess.run([pathlib.Path(COMMAND).with_name("arcface_model"), path, str(seed)], check=True)
        return path
    return make


@pytest.fixture
def models(tmp_path):
    """A folder of models with YuNet in it; the cache of the user is elsewhere, so that it stays as it is."""
    if not (CACHE / "models" / YUNET).exists():
        pytest.skip("no YuNet here: run `visavis models fetch --set opencv-zoo`")
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(CACHE / "models" / YUNET, folder)
    return folder


def test_an_own_model_is_a_set_like_another(bare, made, models, photo, tmp_path):
    told = bare("--models", models, "models", "add", made(1), "--as", "mine", "--license", "research only")
    assert "added: mine, embeddings of 512 numbers" in told.stdout
    assert "Nobody has measured its threshold" in told.stdout
    assert {path.name for path in models.iterdir()} == {YUNET, "mine.onnx", "mine.card.json"}
    listed = {info["id"]: info for info in bare("--models", models, "models", "list", json=True)}
    assert [listed["mine"][key] for key in ("license", "set", "optional")] == ["research only", "mine", False]

    gallery = tmp_path / "g.vav"
    own = ["--models", models, "--model-set", "mine"]
    enroll = ["enroll", "-g", gallery, "--name", "Obama", photo("obama.jpg")]
    for making in (enroll, [*enroll, "--force-different"]):
        refused = bare(*own, *making, code=2)
        assert "nobody has measured a threshold" in refused.stderr and "add it again with --threshold" in refused.stderr
        assert refused.stdout == "" and not gallery.exists()
    bare("--models", models, "models", "add", made(1), "--as", "measured", "--threshold", "0.45")
    bare("--models", models, "--model-set", "measured", *enroll)
    # Without a threshold there is no answer, and never a guessed one.
    for command in (["identify", "-g", gallery, photo("obama.jpg")],
                    ["compare", photo("obama.jpg"), photo("biden.jpg")],
                    ["verify", "-g", gallery, "--person", "Obama", photo("obama.jpg")]):
        refused = bare(*own, *command, code=2)
        assert refused.stderr.startswith("visavis: nobody has measured a threshold"), refused.stderr
        assert "--threshold" in refused.stderr and "--calibration" in refused.stderr
        # Nor one that follows from a rate: said once, not of each picture.
        for how in (["--preset", "door"], ["--false-rate", "0.01"]):
            refused = bare(*own, *command, *how, code=2)
            assert refused.stderr.startswith("visavis: nobody has measured the error rates of mine"), refused.stderr
    found = bare(*own, "identify", "-g", gallery, "--threshold", "1.1", photo("obama.jpg"), json=True)
    assert found[0]["faces"][0]["person"]["name"] == "Obama"
    bare(*own, "gallery", "threshold", "-g", gallery, "1.0")
    assert bare(*own, "identify", "-g", gallery, photo("obama.jpg"), json=True)[0]["faces"][0]["threshold"] == 1.0

    assert "nothing decides" in bare(*own, "gallery", "threshold", "-g", gallery, "none").stdout
    bare(*own, "gallery", "threshold", "-g", gallery, "1.0")
    assert bare(*own, "compare", "--threshold", "1.1", photo("obama.jpg"), photo("obama.jpg"), json=True)[0]["same"]

    # Another model, another use of the same one, and the built-in sets are other galleries.
    bare("--models", models, "models", "add", made(2), "--as", "other")
    bare("--models", models, "models", "add", made(1), "--as", "bgr", "--colour", "bgr")
    for other in ("other", "bgr"):
        said = bare("--models", models, "--model-set", other, "identify", "-g", gallery, photo("obama.jpg"),
                    code=3).stderr
        assert "templates were made with a model of a user's own (" in said and '"own"' not in said
    assert "Give --model-set the name that this model has here" in said
    # The same model under another name is the same.
    bare("--models", models, "models", "add", made(1), "--as", "again", "--threshold", "0.3")
    line = bare("--models", models, "--model-set", "again", "identify", "-g", gallery, photo("obama.jpg"), json=True)[0]
    assert line["faces"][0]["person"]["name"] == "Obama"

    bare("--models", models, "models", "remove", "mine")
    assert "no set of models is called 'mine'" in bare(*own, "person", "list", "-g", gallery, code=2).stderr


def test_a_table_of_ones_own_gives_it_presets(bare, made, models, pictures_by_person, tmp_path):
    """All but compat, which a publisher has to say: what needs that does without."""
    bare("--models", models, "models", "add", made(1), "--as", "mine")
    own = ["--models", models, "--model-set", "mine"]
    photos = tmp_path / "photos"
    photos.mkdir()
    for two in [some for some in pictures_by_person if len(some) == 2][:3]:
        for picture in two:
            shutil.copy(picture, photos)
    images = ["--images", photos, "--cache", tmp_path / "cache"]
    [counted] = bare(*own, "calibrate", *images, json=True)
    assert counted["set"] == "mine" and "promised" not in counted
    rows = [{"threshold": threshold, "false_matches": matches, "fmr": {"value": matches / 100_000},
             "fnmr": {"value": missed}} for threshold, matches, missed in
            ((1.1, 1000, 0.1), (1, 100, 0.2), (0.9, 10, 0.4))]
    table = tmp_path / "table.json"
    table.write_text(json.dumps({**counted, "persons": 90, "genuine": 200, "impostor": 100_000, "rows": rows}), "utf-8")
    own += ["--calibration", table]
    [trial] = bare(*own, "eval", "identify", *images, "--draws", "1", json=True)
    assert set(trial["galleries"][0]["presets"]) == {"standard", "photos", "door"}
    first, second = sorted(path.name for path in photos.iterdir())[:2]
    (tmp_path / "pairs.csv").write_text(f"a,b,same\n{first},{second},1\n", "utf-8")
    bare(*own, "eval", "pairs", "--pairs", tmp_path / "pairs.csv", "--images", photos)
    compared = bare(*own, "compare", photos / first, photos / first, json=True)[0]
    assert (compared["threshold"], compared["table"]) == (1, "own")
    refused = bare(*own, "compare", "--preset", "compat", photos / first, photos / first, code=2)
    assert "nobody has measured a threshold" in refused.stderr


def test_a_gallery_moves_to_another_of_ones_own(bare, made, models, photo, tmp_path):
    (tmp_path / "photos/Obama").mkdir(parents=True)
    shutil.copy(photo("obama.jpg"), tmp_path / "photos/Obama")
    for seed, name, how in ((1, "mine", ["--threshold", "1.1"]), (2, "another", ["--colour", "bgr"]), (2, "other", [])):
        bare("--models", models, "models", "add", made(seed), "--as", name, *how)
    own, gallery = ["--models", models, "--model-set", "mine"], tmp_path / "people.vav"
    bare(*own, "enroll", "-g", gallery, tmp_path / "photos")
    move = ["gallery", "migrate", "-g", gallery, "--to", "other", "--photos", tmp_path / "photos"]
    bare(*own, *move, "--stage-only")
    assert bare(*own, "gallery", "info", "-g", gallery, json=True)[0]["moving_to"]["set"] == "other"
    assert "moving     to other: 1 of 1" in bare(*own, "gallery", "info", "-g", gallery).stdout
    bare(*own, *move)
    assert bare("--models", models, "--model-set", "other", "gallery", "check", "-g", gallery, json=True)[0]["sound"]


def test_what_cannot_be_added_leaves_nothing(bare, made, models, tmp_path):
    add = ["--models", models, "models", "add"]
    text = tmp_path / "text.onnx"
    text.write_text("no model")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    before = sorted(path.name for path in models.iterdir())
    for arguments, words in (([text, "--as", "mine"], "ONNX"), ([made(1), "--as", "Mine"], "cannot be called"),
                             ([made(1), "--as", "dlib"], "cannot be called"),
                             ([made(1), "--as", "../x"], "cannot be called"),
                             ([made(1), "--as", "mine", "--input", "128"], "112 x 112"),
                             ([made(1), "--as", "mine", "--mean", "1,2"], "one number, or three"),
                             ([made(1), "--as", "mine", "--scale", "nan"], "scale"),
                             ([made(1), "--as", "mine", "--mean", "0", "--scale", "127.5"], "0.0078431"),
                             ([pipe, "--as", "mine"], "no ordinary file"),
                             ([tmp_path / "none.onnx", "--as", "mine"], "none.onnx")):
        done = subprocess.run([COMMAND, *map(str, [*add, *arguments])], capture_output=True, text=True, check=False)
        assert done.returncode in (2, 3) and words in done.stderr, done.stderr
        assert sorted(path.name for path in models.iterdir()) == before
    bare(*add, made(1), "--as", "mine")
    assert "already" in bare(*add, made(2), "--as", "mine", code=3).stderr


def test_a_hostile_card_is_told_of_and_left_out(bare, made, models):
    bare("--models", models, "models", "add", made(1), "--as", "mine")
    card = json.loads((models / "mine.card.json").read_text())
    (models / "mine.card.json").write_text(json.dumps(card | {"input_size": 10**9}))
    (models / "deep.card.json").write_text("[" * 100_000)
    (models / "large.card.json").write_text(" " * 10**6)
    os.mkfifo(models / "pipe.card.json")
    listed = bare("--models", models, "models", "list")
    assert all(name in listed.stderr for name in ("mine.card.json is no card", "deep.card.json", "large.card.json",
                                              "pipe.card.json: it is no ordinary file"))
    assert "dlib_face_recognition" in listed.stdout
    assert "is no card" in bare("--models", models, "--model-set", "mine", "models", "list", code=3).stderr
