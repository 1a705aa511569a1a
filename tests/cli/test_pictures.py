"""detect, embed, compare and draw on the sample photos; paths of every kind; how failures end."""
import json
import math
import shutil
import struct
import zlib

import pytest

NEGATIVE, WRONG_USE, FAILED = 1, 2, 3

# Boxes by dlib's frontal detector: left, top, right, bottom.
BIDEN = {"left": 439, "top": 233, "right": 749, "bottom": 542}
OBAMA = {"left": 366, "top": 136, "right": 624, "bottom": 394}


@pytest.fixture(scope="session")
def group(shared):
    return shared("photos") / "2008_002506.jpg"


# ---- detect ----

def test_detect_json_has_the_promised_keys(visavis, photo):
    [line] = visavis("detect", photo("biden.jpg"), json=True)
    assert list(line) == ["image", "width", "height", "faces"]
    assert (line["image"], line["width"], line["height"]) == (str(photo("biden.jpg")), 970, 2204)
    [face] = line["faces"]
    assert list(face) == ["box", "score", "landmarks", "comparable"]
    assert face["comparable"] is True
    assert face["box"] == BIDEN
    assert face["score"] > 1
    assert len(face["landmarks"]) == 5
    for x, y in face["landmarks"]:
        assert BIDEN["left"] < x < BIDEN["right"] and BIDEN["top"] < y < BIDEN["bottom"]


def test_detect_prints_a_line_a_face(visavis, photo):
    lines = visavis("detect", photo("biden.jpg"), photo("obama.jpg")).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{photo('biden.jpg')}: face 1 of 1: 311x310 px at 439,233, score 1.6")


def test_detect_tells_quality(visavis, photo):
    [line] = visavis("detect", "--quality", photo("obama.jpg"), json=True)
    quality = line["faces"][0]["quality"]
    assert len(quality) == 18
    assert quality["single_face_present"] == {"raw": 0.0, "score": 100, "approximate": False}
    assert quality["head_pose_pitch"] == {"raw": None, "score": None, "approximate": False, "gap": "points"}
    assert quality["inter_eye_distance"]["score"] > 80 and quality["inter_eye_distance"]["approximate"]
    assert quality["head_size"]["score"] < 10 and "nearer" in quality["head_size"]["advice"]
    lines = visavis("detect", "--quality", photo("obama.jpg")).stdout.splitlines()
    assert len(lines) == 19
    told = {text.split()[0]: text for text in lines[1:]}
    assert "nearer" in told["head_size"] and "not evaluated" in told["head_pose_pitch"]
    assert " px" in told["inter_eye_distance"] and ":" not in told["inter_eye_distance"]
    visavis("detect", "--quality", "--no-landmarks", photo("obama.jpg"), code=WRONG_USE)


def test_clip_cuts_boxes_at_the_edge(visavis, photo):
    path = photo("obama_partial_face.jpg")
    [whole] = visavis("detect", path, json=True)
    [clipped] = visavis("detect", "--clip", path, json=True)
    assert whole["faces"][0]["box"]["left"] < 0
    assert clipped["faces"][0]["box"]["left"] == 0
    assert clipped["faces"][0]["box"]["right"] == whole["faces"][0]["box"]["right"]


def test_threshold_finds_fewer_faces(visavis, photo):
    [line] = visavis("detect", "--threshold", "3", photo("biden.jpg"), json=True)
    assert line["faces"] == []
    assert "no face" in visavis("detect", "--threshold", "3", photo("biden.jpg")).stdout


def test_sizes_bound_the_faces(visavis, group):
    [line] = visavis("detect", "--min-face", "40", group, json=True)
    widths = sorted(face["box"]["right"] - face["box"]["left"] + 1 for face in line["faces"])
    assert len(widths) > 1
    [line] = visavis("detect", "--min-face", "40", "--max-face", widths[0] + 1, group, json=True)
    assert 0 < len(line["faces"]) < len(widths)


def test_region_and_grey(visavis, photo):
    [whole] = visavis("detect", "--gray", photo("biden.jpg"), json=True)
    box = whole["faces"][0]["box"]
    roi = f"{box['left'] - 60},{box['top'] - 80},{box['right'] - box['left'] + 120},{box['bottom'] - box['top'] + 130}"
    [part] = visavis("detect", "--roi", roi, photo("biden.jpg"), json=True)
    assert len(part["faces"]) == 1 and abs(part["faces"][0]["box"]["left"] - box["left"]) < 40
    [none] = visavis("detect", "--roi", "0,0,100,90", photo("biden.jpg"), json=True)
    assert none["faces"] == []
    assert "roi" in visavis("detect", "--roi", "0,0,60000,90", photo("biden.jpg"), code=FAILED).stderr


def test_the_other_detector(visavis, group):
    [line] = visavis("detect", "--detector", "cnn", "--no-landmarks", group, json=True)
    assert line["faces"] and all(list(face) == ["box", "score"] for face in line["faces"])


def test_a_folder_is_its_pictures_sorted(visavis, photo, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(photo("obama.jpg"), folder / "b.JPEG")
    shutil.copy(photo("biden.jpg"), folder / "a.jpg")
    (folder / "notes.txt").write_text("no picture")
    (folder / "c.jpg").mkdir()
    *lines, last = visavis("detect", "--no-landmarks", folder, json=True)
    assert [one["path"] for one in last["skipped"]] == [str(folder / "c.jpg"), str(folder / "notes.txt")]
    assert [line["image"] for line in lines] == [str(folder / "a.jpg"), str(folder / "b.JPEG")]
    (tmp_path / "empty").mkdir()
    assert "no picture" in visavis("detect", tmp_path / "empty", code=FAILED).stderr


@pytest.mark.parametrize("name", ["with space.jpg", "Größe 試験 é.jpg", "-dash.jpg", "detect", "--json",
                                  "a'b\"c$(x).jpg"])
def test_every_name_is_a_path(visavis, photo, tmp_path, name):
    shutil.copy(photo("obama.jpg"), tmp_path / name)
    [line] = visavis("detect", "--no-landmarks", "--", name, json=True, cwd=tmp_path)
    assert line["image"] == name and line["faces"][0]["box"] == OBAMA
    [line] = visavis("detect", "--no-landmarks", "./" + name, json=True, cwd=tmp_path)
    assert line["image"] == "./" + name and len(line["faces"]) == 1


def test_a_dash_taken_for_an_option_is_explained(bare, tmp_path):
    (tmp_path / "-x.jpg").write_text("")
    assert "./-x.jpg" in bare("detect", "-x.jpg", code=WRONG_USE, cwd=tmp_path).stderr


def test_a_name_that_is_no_utf8_is_refused_by_name(visavis, photo, tmp_path):
    name = b"caf\xe9.jpg"
    try:
        shutil.copy(photo("obama.jpg"), bytes(tmp_path) + b"/" + name)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    done = visavis("detect", "--no-landmarks", "--json", tmp_path, code=FAILED, errors="surrogateescape")
    assert "UTF-8" in done.stderr  # said, and neither crashed nor silently left out
    assert json.loads(done.stdout)["error"]["code"] == "VAV_E_TEXT_ENCODING"  # the line itself is UTF-8


def test_a_bad_picture_does_not_stop_the_rest(visavis, photo, tmp_path):
    (tmp_path / "torn.jpg").write_bytes(photo("obama.jpg").read_bytes()[:400])
    paths = [tmp_path / "torn.jpg", tmp_path / "missing.jpg", photo("biden.jpg")]
    done = visavis("detect", *paths, code=FAILED)
    assert len(done.stdout.splitlines()) == 1
    assert "torn.jpg" in done.stderr and "missing.jpg" in done.stderr
    torn, missing, good = visavis("detect", *paths, json=True, code=FAILED)
    assert torn["error"]["code"] == "VAV_E_IMAGE_DECODE" and torn["image"] == str(paths[0])
    assert missing["error"]["code"] == "VAV_E_FILE_NOT_FOUND"
    assert good["faces"][0]["box"] == BIDEN


def test_wrong_use_is_exit_2(bare):
    for arguments in [(), ("nonsense",), ("detect",), ("detect", "--nonsense", "x"), ("compare", "a"),
                      ("detect", "--detector", "eyes", "x"), ("detect", "--min-face", "-1", "x"),
                      ("detect", "--roi", "1,2,3", "x"), ("detect", "--roi", "-1,0,9,9", "x"),
                      ("compare", "--threshold", "0", "a", "b"), ("eval", "pairs"), ("help", "nonsense"),
                      ("draw", "a.jpg", "b.gif"), ("models",),
                      ("models", "verify", "nonsense"), ("models", "fetch", "nonsense")]:
        done = bare(*arguments, code=WRONG_USE)
        assert done.stdout == "" and done.stderr


def test_every_command_helps(bare):
    text = bare("--help").stdout
    for command in ["detect", "embed", "compare", "enroll", "identify", "verify", "draw", "doctor"]:
        assert command in text
        assert "\nExample" in bare(command, "--help").stdout
    for command in [("models", "list"), ("models", "verify"), ("models", "fetch")]:
        assert "\nExample" in bare(*command, "--help").stdout
    assert bare("--version").stdout.startswith("visavis 0.")


# ---- embed ----

def test_embed_gives_the_same_numbers_both_ways(visavis, photo):
    [line] = visavis("embed", photo("biden.jpg"), json=True)
    [face] = line["faces"]
    assert face["box"] == BIDEN and len(face["landmarks"]) == 5
    embedding = face["embedding"]
    assert len(embedding) == 128
    assert 1.2 < math.sqrt(sum(x * x for x in embedding)) < 1.6  # not 1: that of dlib's never is
    fields = visavis("embed", photo("biden.jpg")).stdout.rstrip("\n").split(",")
    assert fields[:5] == [str(photo("biden.jpg")), "439", "233", "749", "542"]
    assert [float(x) for x in fields[5:]] == embedding


def test_embed_largest_is_one_face(visavis, group):
    [every] = visavis("embed", "--min-face", "40", group, json=True)
    [largest] = visavis("embed", "--min-face", "40", "--largest", group, json=True)
    assert len(every["faces"]) > 1
    width = lambda face: face["box"]["right"] - face["box"]["left"]
    assert largest["faces"] == [max(every["faces"], key=width)]


# ---- compare ----

def test_compare_same_person(visavis, photo):
    a, b = photo("obama.jpg"), photo("obama2.jpg")
    [line] = visavis("compare", a, b, json=True)
    assert line["same"] is True and 0 < line["distance"] <= line["threshold"] < 0.6
    assert (line["a"], line["b"], line["box_a"]) == (str(a), str(b), OBAMA)
    assert visavis("compare", a, b).stdout.startswith("same person: distance 0.")


def test_compare_different_persons(visavis, photo):
    a, b = photo("obama.jpg"), photo("biden.jpg")
    [line] = visavis("compare", a, b, json=True, code=NEGATIVE)
    assert line["same"] is False and line["distance"] > 0.6
    [line] = visavis("compare", a, b, "--threshold", "1.1", json=True)
    assert line["same"] is True and line["threshold"] == 1.1


def test_compare_equals_the_distance_of_the_embeddings(visavis, photo):
    a, b = photo("obama.jpg"), photo("biden.jpg")
    one, other = (line["faces"][0]["embedding"] for line in visavis("embed", a, b, json=True))
    [line] = visavis("compare", a, b, json=True, code=NEGATIVE)
    assert line["distance"] == pytest.approx(math.dist(one, other), abs=1e-6)


def test_compare_names_the_picture_without_a_face(visavis, photo, tmp_path):
    shutil.copy(photo("obama.jpg"), tmp_path / "a.jpg")
    visavis("draw", "--max-face", "20", tmp_path / "a.jpg", tmp_path / "a.png")  # an unmarked copy: nothing that small
    done = visavis("compare", "--max-face", "20", photo("biden.jpg"), tmp_path / "a.png", code=FAILED)
    assert f"{photo('biden.jpg')}: no face" in done.stderr
    [line] = visavis("compare", "--max-face", "20", photo("biden.jpg"), tmp_path / "a.png", json=True, code=FAILED)
    assert "no face" in line["error"]["message"]


# ---- draw ----

@pytest.mark.parametrize("ending", [".png", ".JPG"])
def test_draw_writes_the_marked_picture(visavis, photo, tmp_path, ending):
    marked = tmp_path / ("märked" + ending)
    [line] = visavis("draw", photo("obama.jpg"), marked, json=True)
    assert line["output"] == str(marked) and line["faces"][0]["box"] == OBAMA
    assert marked.read_bytes()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    [again] = visavis("detect", "--no-landmarks", marked, json=True)
    assert (again["width"], again["height"]) == (line["width"], line["height"])
    assert len(again["faces"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == [marked.name]  # nothing half-done beside it


def test_draw_names_known_and_unknown(visavis, photo, tmp_path):
    gallery = tmp_path / "people.vav"
    visavis("enroll", "-g", gallery, "--name", "Ольга Żółć 試", photo("obama.jpg"))
    [known] = visavis("draw", photo("obama2.jpg"), tmp_path / "known.png", "-g", gallery, json=True)
    assert known["faces"][0]["decision"] == "match"
    assert known["faces"][0]["person"] == {"id": 1, "name": "Ольга Żółć 試"}
    assert known["faces"][0]["distance"] <= 0.6
    [unknown] = visavis("draw", photo("biden.jpg"), tmp_path / "unknown.png", "-g", gallery, json=True)
    assert unknown["faces"][0]["decision"] == "unknown" and unknown["faces"][0]["person"] is None
    # A name takes room in the picture: more of it differs than by the box alone.
    visavis("draw", photo("obama2.jpg"), tmp_path / "plain.png")
    assert (tmp_path / "plain.png").read_bytes() != (tmp_path / "known.png").read_bytes()


def test_draw_leaves_the_old_picture_when_it_fails(visavis, photo, tmp_path):
    (tmp_path / "out.png").write_text("old")
    visavis("draw", "--force", tmp_path / "missing.jpg", tmp_path / "out.png", code=FAILED)
    assert (tmp_path / "out.png").read_text() == "old"
    done = visavis("draw", photo("obama.jpg"), tmp_path / "no such folder" / "out.png", code=FAILED)
    assert "no such folder" in done.stderr
    visavis("draw", "--force", "--font", photo("obama.jpg"), photo("obama2.jpg"), tmp_path / "out.png", code=FAILED)


# ---- what cannot be compared ----

def png(pixels):
    """An array of RGB pixels as the bytes of a PNG."""
    height, width, _ = pixels.shape

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def test_what_cannot_be_compared_is_not_matched_and_not_enrolled(visavis, photo, tmp_path):
    package = pytest.importorskip("visavis")
    pixels = package.Image.open(photo("obama.jpg")).pixels
    blocks = tmp_path / "blocks.png"  # as JPEG at its worst leaves them
    blocks.write_bytes(png(pixels[4::8, 4::8].repeat(8, 0).repeat(8, 1)))
    gallery, advice = tmp_path / "people.vav", "use one of better quality"
    visavis("enroll", "-g", gallery, "--name", "Barack Obama", photo("obama.jpg"))
    [refused, _] = visavis("enroll", "-g", gallery, "--name", "Barack Obama", blocks, json=True, code=FAILED)
    assert refused["reason"] == "compressed" and advice in refused["message"]
    [line] = visavis("identify", "-g", gallery, blocks, json=True, code=NEGATIVE)
    [face] = line["faces"]
    assert face["decision"] == "not_evaluated" and face["person"] is None and face["candidates"] == []
    assert face["comparable"] is False and face["reason"] == "compressed" and advice in face["advice"]
    assert advice in visavis("identify", "-g", gallery, blocks, code=NEGATIVE).stdout
    assert "not comparable: compressed" in visavis("detect", blocks).stdout
    [line] = visavis("embed", blocks, json=True)
    assert line["faces"][0]["embedding"] is None
    done = visavis("embed", blocks)
    assert done.stdout == "" and advice in done.stderr
    assert advice in visavis("compare", blocks, photo("obama.jpg"), code=FAILED).stderr
    assert advice in visavis("verify", "-g", gallery, "--person", "Barack Obama", blocks, code=FAILED).stderr


def test_upright_finds_faces_on_their_side(visavis, photo, tmp_path):
    package = pytest.importorskip("visavis")
    numpy = pytest.importorskip("numpy")
    turned = tmp_path / "turned.png"
    turned.write_bytes(png(numpy.ascontiguousarray(numpy.rot90(package.Image.open(photo("obama.jpg")).pixels))))
    [line] = visavis("detect", turned, json=True)
    assert line["faces"] == []
    [line] = visavis("detect", "--upright", turned, json=True)
    assert [face["comparable"] for face in line["faces"]] == [True]
    assert "same person" in visavis("compare", "--upright", turned, photo("obama2.jpg")).stdout
