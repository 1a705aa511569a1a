"""What the command says when it is used wrongly: in its own words, with the fix, and with --json as a line."""
import os
import shutil

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.mark.parametrize("arguments, words", [
    ((), ["needs a command", "identify", "--help"]),
    (("idnetify", "x.jpg"), ["'idnetify'", "did you mean 'identify'?"]),
    (("person",), ["'visavis person' needs a command: list, show"]),
    (("person", "lst"), ["'visavis person' has no command 'lst', did you mean 'list'?"]),
    (("gallery", "chek", "-g", "x.vav"), ["did you mean 'check'?"]),
    (("models",), ["needs a command: list, verify, fetch"]),
    (("detect",), ["PATH is missing: visavis detect PATH", "visavis detect --help"]),
    (("compare", "x.jpg"), ["B is missing: visavis compare A B"]),
    (("identify", "-g", "x.vav"), ["PATH is missing", "--camera N"]),
    (("identify", "-g", "x.vav", "--camera", "0", "x.jpg"), ["not both"]),
    (("detect", "--threads", "1", "--threads", "2", "x"), ["--threads is given more than once"]),
    (("detect", "--min-face"), ["--min-face needs a value"]),
    (("detect", "--gray=no", "x"), ["--gray is a switch and takes no value"]),
    (("person", "edit", "-g", "x.vav", "1", "--enable=no"), ["--enable is a switch"]),
    (("detect", "--min-face", "20", "--max-face", "10", "x"), ["--max-face 10 is below --min-face 20"]),
    (("detect", "--gray", "--detector", "cnn", "x"), ["--gray is for --detector hog"]),
    (("person", "edit", "-g", "x.vav", "1"), ["nothing to change"]),
    (("person", "edit", "-g", "x.vav", "1", "--metadata", "{bad"), ["--metadata is '{bad'", "JSON object"]),
    (("person", "edit", "-g", "x.vav", "1", "--metadata", "[1]"), ["--metadata is '[1]'", "JSON object"]),
    (("person", "edit", "-g", "x.vav", "1", "--metadata", '{"a": 1, "a": 2}'), ["--metadata has the key 'a' twice"]),
    (("person", "edit", "-g", "x.vav", "1", "--join", ""), ["--join is blank"]),
    (("person", "edit", "-g", "x.vav", "1", "--name", "x" * 2000), ["the name is longer than 1,024 bytes"]),
    (("person", "list", "-g", "x.vav", "--group", ""), ["--group is blank"]),
    (("person", "list", "-g", "x.vav", "--name", "x" * 2000), ["the name is longer"]),
    (("identify", "-g", "x.vav", "--group", " ", "x.jpg"), ["--group is blank"]),
    (("enroll", "-g", "x.vav", "--name", "Ada", "--external-id", "", "x.jpg"), ["--external-id is blank"]),
    (("enroll", "-g", "x.vav", "--name", os.fsdecode(b"\xff"), "x.jpg"), ["the name is not UTF-8: '\\xff'"]),
    (("enroll", "-g", "x.vav", "-"), ["stdin gives no name", "--name"]),
    (("detect", "--jsn", "x.jpg"), ["'--jsn'", "did you mean --json?"]),
    (("identify", "-g", "x.vav", "--treshold", "0.5", "x.jpg"), ["did you mean --threshold?"]),
    (("detect", "--detector", "eyes", "x"), ["--detector is 'eyes'", "hog or cnn"]),
    (("detect", "--min-face", "many", "x"), ["--min-face is 'many'", "whole number from 0 to 65535"]),
    (("detect", "--threads", "9" * 400, "x"), ["--threads is '999", "from 0 to 256"]),
    (("detect", "--roi", "0,0,1,1", "x"), ["--roi is '0,0,1,1'", "single pixel"]),
    (("detect", "--roi", "1,2,3", "x"), ["--roi is '1,2,3'", "X,Y,W,H"]),
    (("help", "identfy"), ["did you mean 'identify'?"]),
    (["person", "list", "-g", "g.vav", "--after", "-1"], ["--after", "from 0 to 9000000000000000"]),
    (["person", "list", "-g", "g.vav", "--limit", "99999999999999999999"], ["--limit", "whole number"]),
    (["audit", "list", "-g", "g.vav", "--limit", "0"], ["--limit", "from 1 to 1000000"]),
    (["person", "edit", "-g", "g.vav", "1", "--join", "staff", "--leave", "staff"],
     ["--join and --leave", "'staff'"]),
])
def test_wrong_use_is_explained(bare, arguments, words):
    done = bare(*arguments, code=WRONG_USE)
    assert done.stdout == "" and done.stderr.startswith("visavis: ")
    for word in words:
        assert word in done.stderr
    assert len(done.stderr) < 600
    [line] = bare(*arguments, code=WRONG_USE, json=True)
    assert line["error"]["code"] is None and line["error"]["message"] in done.stderr


@pytest.mark.parametrize("threshold", ["0", "0.0", "-0", "-1", "nan", "inf", "1e-50", "1e-7", "1.3", "60", "100",
                                       "9" * 309, "0,5", "0.5 ", "default", "0x1p-1"])
def test_thresholds_that_mean_nothing(bare, threshold):
    for command in (["compare", "a.jpg", "b.jpg"], ["identify", "-g", "x.vav", "a.jpg"],
                    ["verify", "-g", "x.vav", "--person", "1", "a.jpg"], ["draw", "a.jpg", "b.png"],
                    ["gallery", "duplicates", "-g", "x.vav"], ["eval", "pairs", "--pairs", "x", "--images", "."]):
        done = bare(*command, f"--threshold={threshold}", code=WRONG_USE)
        assert "from 0.000001 to 1.2" in done.stderr and len(done.stderr) < 400


def test_a_threshold_given_is_the_one_that_decides(visavis, photo):
    for threshold in ("1.2", "0.000001", "0.46", "1e-3"):
        code = DONE if float(threshold) > 0.4 else NEGATIVE
        [line] = visavis("compare", photo("obama.jpg"), photo("obama2.jpg"), "--threshold", threshold, json=True,
                         code=code)
        assert line["threshold"] == pytest.approx(float(threshold), rel=1e-6)
    [line] = visavis("compare", photo("obama.jpg"), photo("obama2.jpg"), json=True)
    assert line["threshold"] == pytest.approx(0.524, abs=0.001)


def test_the_librarys_messages_come_in_the_commands_words(visavis, gallery_of, photo, tmp_path):
    gallery, picture = gallery_of(tmp_path / "g.vav", Ada="obama.jpg"), photo("obama.jpg")
    (tmp_path / "there").write_text("")
    (tmp_path / "bad").write_bytes(b"SQLite format 3" + bytes(9000))
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    visavis("enroll", "-g", tmp_path / "e.vav", "--unlock", f"file:{key}", "--name", "Ada", picture)
    for command, words, code in [
            (["person", "edit", "-g", gallery, "1", "--valid-from", "2026-12-31", "--valid-until", "2026-01-01"],
             ["--valid-from is not before --valid-until"], WRONG_USE),
            (["audit", "verify", "-g", gallery, "--head", "abc"], ["audit head"], WRONG_USE),
            (["gallery", "export", "-g", gallery, tmp_path / "there"], ["--force"], FAILED),
            (["gallery", "backup", "-g", gallery, tmp_path / "there"], ["--force"], FAILED),
            (["gallery", "restore", "-g", tmp_path / "there", gallery], ["--force"], FAILED),
            (["gallery", "info", "-g", tmp_path / "bad"], ["no gallery"], FAILED),
            (["detect", "--roi", "0,0,9000,9000", picture], [str(picture), "--roi 0,0,9000,9000", "px"], FAILED),
            (["compare", picture, picture, "--roi", "0,0,9000,9000"], [str(picture), "--roi"], FAILED),
            (["identify", "-g", tmp_path / "e.vav", picture], ["--unlock"], FAILED)]:
        message = visavis(*command, code=code).stderr
        for word in words:
            assert word in message
        for word in ("fields.", "query.", "options.", "detect.", "max_pixels", "_ms", "VAV_", "(File exists)",
                     "SQLite"):
            assert word not in message


def test_help_and_version(bare):
    assert bare("version").stdout == bare("--version").stdout
    assert bare("version", json=True)[0]["version"] in bare("--version").stdout
    assert bare("version", json=True) == bare("--version", json=True)
    assert "gallery's own" in bare("identify", "--help").stdout
    assert "gallery's own" not in bare("compare", "--help").stdout
    assert bare("help").stdout == bare("--help").stdout
    assert bare("help", "identify").stdout == bare("identify", "--help").stdout
    assert "person list" in bare("help", "person", "list").stdout


def test_paths_before_and_after_the_dashes(visavis, photo, tmp_path):
    for name in ("-x.jpg", "--json", "a.jpg"):
        shutil.copy(photo("obama.jpg"), tmp_path / name)
    lines = visavis("detect", "--no-landmarks", "a.jpg", "--", "-x.jpg", "--json", json=True, cwd=tmp_path)
    assert [line["image"] for line in lines] == ["a.jpg", "-x.jpg", "--json"]
    visavis("compare", "a.jpg", "--", "-x.jpg", cwd=tmp_path)


def test_no_face_comes_with_advice(visavis, gallery_of, photo, tmp_path):
    import struct
    import zlib

    def png(value):
        def chunk(kind, body):
            return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, 8, 0, 0, 0, 0)) +
                chunk(b"IDAT", zlib.compress((b"\0" + bytes([value]) * 200) * 200)) + chunk(b"IEND", b""))
    (tmp_path / "wall.png").write_bytes(png(128))
    (tmp_path / "night.png").write_bytes(png(9))
    wall, night = tmp_path / "wall.png", tmp_path / "night.png"
    plain = visavis("detect", wall).stdout
    assert "--min-face 36" in plain and "--detector cnn" in plain and "dark" not in plain
    assert "very dark" in visavis("detect", night).stdout
    assert "--min-face 20" in visavis("detect", "--min-face", "36", wall).stdout
    assert "--detector" not in visavis("detect", "--detector", "cnn", wall).stdout
    assert "--max-face" in visavis("detect", "--max-face", "100", wall).stdout
    gallery = gallery_of(tmp_path / "g.vav", Ada="obama.jpg")
    for command, code in [(["detect"], DONE), (["embed"], DONE), (["identify", "-g", gallery], NEGATIVE)]:
        [line] = visavis(*command, wall, json=True, code=code)
        assert line["faces"] == [] and "--min-face 36" in line["hint"]
    for command in (["compare", photo("obama.jpg"), wall], ["verify", "-g", gallery, "--person", "Ada", wall]):
        assert "--min-face 36" in visavis(*command, code=FAILED).stderr


def test_a_camera_that_is_not_there(visavis, gallery_of, photo, tmp_path):
    gallery_of(tmp_path / "g.vav", Ada="obama.jpg")
    done = visavis("identify", "-g", tmp_path / "g.vav", "--camera", "251", code=FAILED)
    assert "no camera 251 (/dev/video251)" in done.stderr
    visavis("identify", "-g", tmp_path / "g.vav", "--camera", "0", photo("obama.jpg"), code=WRONG_USE)
    visavis("identify", "-g", tmp_path / "g.vav", code=WRONG_USE)


def test_large_pictures_are_named_and_can_be_allowed(visavis, tmp_path):
    import struct
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    large = tmp_path / "large.png"  # 108 megapixels, one bit each
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(b"\0" * 1501) for _ in range(9000)) + packer.flush()
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 12000, 9000, 1, 0, 0, 0, 0)) +
                      chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    message = visavis("detect", large, code=FAILED).stderr
    assert str(large) in message and "--max-megapixels 108 takes it" in message
    message = visavis("detect", "--max-megapixels", "120", "--min-face", "40", large, code=FAILED).stderr
    assert str(large) in message and "say --max-megapixels 432" in message
    [line] = visavis("detect", "--no-landmarks", "--max-megapixels", "120", "--min-face", "1000", large, json=True)
    assert (line["width"], line["height"]) == (12000, 9000)


def test_check_does_not_advise_to_check(visavis, gallery_of, photo, tmp_path):
    gallery = gallery_of(tmp_path / "g.vav", Ada="obama.jpg")
    whole = gallery.read_bytes()
    for start in range(4096, len(whole), 4096):
        damaged = tmp_path / "d.vav"
        damaged.write_bytes(whole[:start] + bytes(b ^ 0x5A for b in whole[start:start + 300]) + whole[start + 300:])
        done = visavis("gallery", "check", "-g", damaged, code=FAILED)
        assert "gallery check" not in done.stdout + done.stderr


def test_a_picture_from_a_pipe_needs_a_name(visavis, photo, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = visavis("enroll", "-g", tmp_path / "g.vav", tmp_path / "pipe", code=WRONG_USE)
    assert "pipe gives no name" in done.stderr and "--person" in done.stderr


def without_the_right():
    """What root may all the same is taken away from the process to come; others have nothing to lose."""
    import ctypes
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_gallery_that_may_only_be_read(visavis, gallery_of, photo, tmp_path):
    gallery, picture = gallery_of(tmp_path / "g.vav", Ada="obama.jpg"), photo("obama.jpg")

    def only_read(*arguments, **options):
        gallery.chmod(0o444)
        try:
            return visavis(*arguments, "-g", gallery, preexec_fn=without_the_right, **options)
        finally:
            gallery.chmod(0o644)

    done = only_read("identify", "--note-seen", picture)
    assert "Ada" in done.stdout and "is read-only: --note-seen stores nothing" in done.stderr
    assert only_read("person", "rename", "1", "Bo", code=FAILED).stderr.rstrip().endswith("give the right to write")
    visavis("audit", "on", "-g", gallery)
    for command in (["identify", "--note-seen", picture], ["identify", picture], ["verify", "--person", "1", picture]):
        assert "audit log" in only_read(*command, code=FAILED).stderr


@pytest.mark.parametrize("arguments, words", [
    (["gallery", "check", "-g", "x.vav", "--threshold", "0.3"], "--threshold is for --people"),
    (["models", "fetch", "--photos-dir", "x"], "--photos-dir is for --photos"),
    (["models", "fetch", "--from", ".", "--keep-archive", "x"], "--keep-archive"),
    (["draw", "a.jpg", "b.png", "--threshold", "0.5"], "are for names"),
])
def test_an_option_that_would_be_ignored_is_wrong_use(bare, arguments, words):
    assert words in bare(*arguments, code=WRONG_USE).stderr


def test_a_switch_may_be_repeated(visavis, photo):
    [line] = visavis("detect", "--no-landmarks", "-q", "-q", "--json", photo("obama.jpg"), json=True)
    assert len(line["faces"]) == 1


def test_a_source_that_is_not_there(visavis):
    assert "/nowhere: there is no such file" in visavis("models", "fetch", "--from", "/nowhere", code=FAILED).stderr


def test_a_group_that_nobody_is_in_is_told(visavis, gallery_of, photo, tmp_path):
    gallery, obama = gallery_of(tmp_path / "g.vav", Obama="obama.jpg"), photo("obama.jpg")
    for command in (["identify"], ["verify", "--person", "Obama"]):
        done = visavis(*command, "-g", gallery, "--group", "typo", obama, code=NEGATIVE)
        assert "no group 'typo': the gallery has none" in done.stderr
    visavis("person", "edit", "-g", gallery, "Obama", "--join", "staff")
    done = visavis("identify", "-g", gallery, "--group", "typo", "--group", "staff", obama)
    assert "no group 'typo': groups are staff" in done.stderr and "Obama" in done.stdout


def test_a_key_that_is_no_file_of_one(visavis, gallery_of, photo, tmp_path):
    gallery = gallery_of(tmp_path / "g.vav", Obama="obama.jpg")
    for source, words in ((tmp_path, "is a folder"), ("/dev/zero", "more than 4096 bytes")):
        for kind in ("file", "passphrase-file"):
            done = visavis("gallery", "info", "-g", gallery, "--unlock", f"{kind}:{source}", code=FAILED)
            assert words in done.stderr


def test_no_limit_that_is_advised_is_too_large(visavis, photo):
    done = visavis("detect", "--min-face", "2", photo("obama.jpg"), code=FAILED)
    assert "raise --max-megapixels" not in done.stderr and "no --max-megapixels takes" in done.stderr
