"""--unlock, gallery rekey, person forget and audit: what they do, what they print, and what no file holds."""
import os
import pty

import pytest

DONE, NEGATIVE, WRONG_USE, FAILED = 0, 1, 2, 3


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(bytes(range(32)))
    return f"file:{path}"


@pytest.fixture
def people(visavis, photo, tmp_path, key):
    """An encrypted gallery with Obama in it."""
    folder = tmp_path / "gallery"
    folder.mkdir()
    visavis("enroll", "-g", folder / "people.vav", "--unlock", key, "--name", "Obama", photo("obama.jpg"))
    return folder / "people.vav"


def info(visavis, people, *unlock):
    return visavis("gallery", "info", "-g", people, *unlock, json=True)[0]


def holds(people, text):
    return any(text in path.read_bytes() for path in people.parent.iterdir())


def test_an_encrypted_gallery_opens_with_its_key_alone(visavis, people, key, photo, tmp_path):
    assert info(visavis, people, "--unlock", key)["encrypted"] is True
    assert not holds(people, b"Obama") and not holds(people, b"obama.jpg")
    [line] = visavis("identify", "-g", people, "--unlock", key, photo("obama2.jpg"), json=True)
    assert line["faces"][0]["person"]["name"] == "Obama"
    refused = visavis("gallery", "info", "-g", people, code=FAILED)
    assert "encrypted" in refused.stderr
    (tmp_path / "other").write_text("00" * 32 + "\n")
    assert "key" in visavis("person", "list", "-g", people, "--unlock", f"file:{tmp_path}/other", code=FAILED).stderr
    os.environ["VISAVIS_TEST_WORDS"] = "a passphrase"
    assert "key" in visavis("person", "list", "-g", people, "--unlock", "env:VISAVIS_TEST_WORDS", code=FAILED).stderr


def test_what_an_editor_adds_is_no_part_of_a_secret(visavis, photo, tmp_path):
    """A byte order mark and the ends of lines."""
    (tmp_path / "words").write_text("three plain words\n")
    (tmp_path / "key").write_text("ab" * 32)
    for kind, name in (("passphrase-file", "words"), ("file", "key")):
        gallery = tmp_path / f"{name}.vav"
        visavis("enroll", "-g", gallery, "--unlock", f"{kind}:{tmp_path / name}", "--name", "Ada", photo("obama.jpg"))
        marked = tmp_path / "marked"
        marked.write_bytes(b"\xef\xbb\xbf" + (tmp_path / name).read_bytes().rstrip() + b"\r\n")
        assert info(visavis, gallery, "--unlock", f"{kind}:{marked}")["persons"] == 1


@pytest.mark.parametrize("source, code", [("secret", WRONG_USE), ("env:NO_SUCH_VARIABLE", FAILED),
                                          ("file:/no/such", FAILED), ("prompt", FAILED)])
def test_sources_that_give_no_key(visavis, people, source, code):
    refused = visavis("gallery", "info", "-g", people, "--unlock", source, code=code, start_new_session=True)
    assert refused.stderr.startswith("visavis: ")


def test_a_file_that_is_no_key(visavis, people, tmp_path):
    (tmp_path / "short").write_text("0123")
    done = visavis("gallery", "info", "-g", people, "--unlock", f"file:{tmp_path}/short", code=FAILED)
    assert "32 bytes" in done.stderr


def test_rekey(visavis, people, key, tmp_path):
    words = tmp_path / "words"
    words.write_text("five words that nobody knows\n")
    assert visavis("gallery", "rekey", "-g", people, "--unlock", key, code=WRONG_USE).stderr
    [line] = visavis("gallery", "rekey", "-g", people, "--unlock", key, "--new", f"passphrase-file:{words}",
                     "--reencrypt", json=True)
    assert line["new_key"] is True and line["reencrypted"] is True
    visavis("gallery", "check", "-g", people, "--unlock", key, code=FAILED)
    visavis("gallery", "check", "-g", people, "--unlock", f"passphrase-file:{words}")
    environment = {**os.environ, "VISAVIS_UNLOCK": "env:WORDS", "WORDS": "five words that nobody knows"}
    visavis("gallery", "check", "-g", people, env=environment)


def test_of_two_rekeys_at_once_each_key_told_to_open_opens(visavis, people, key, tmp_path):
    """--new beside --reencrypt: the second to come holds an old key, and is refused."""
    now = key
    for number in range(8):
        (tmp_path / f"key{number}").write_bytes(bytes([number] * 32))
        new = f"file:{tmp_path}/key{number}"
        both = [visavis.start("gallery", "rekey", "-g", people, "--unlock", now, *wish)
                for wish in (("--new", new), ("--reencrypt",))]
        codes = [(process.communicate(), process.returncode)[1] for process in both]
        assert set(codes) <= {DONE, FAILED}
        opens = new if codes[0] == DONE else now
        visavis("gallery", "check", "-g", people, "--unlock", opens)
        if opens != now:
            visavis("gallery", "check", "-g", people, "--unlock", now, code=FAILED)
        now = opens


def test_a_passphrase_is_asked_for_and_not_shown(visavis, people, key, bare):
    visavis("gallery", "rekey", "-g", people, "--unlock", key, "--new", "env:WORDS",
            env={**os.environ, "WORDS": "from the terminal"})
    pid, terminal = pty.fork()
    if pid == 0:
        line = bare._line(["gallery", "info", "-g", people, "--unlock", "prompt"], False)
        os.execv(line[0], line)
    shown = b""
    while b"Passphrase: " not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, b"from the terminal\n")
    try:
        while piece := os.read(terminal, 1000):
            shown += piece
    except OSError:
        pass  # the terminal is gone with the command
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == DONE
    assert b"persons    1" in shown and b"from the" not in shown


def test_forget(visavis, photo, tmp_path):
    people = tmp_path / "people.vav"
    visavis("enroll", "-g", people, "--name", "Unmistakable", photo("obama.jpg"))
    assert holds(people, b"Unmistakable")
    [line] = visavis("person", "forget", "-g", people, "Unmistakable", "--yes", json=True)
    assert line["forgotten"]["id"] == 1 and line["forgotten"]["templates"] == 1 and line["forgotten"]["erased_at"]
    assert not holds(people, b"Unmistakable")
    visavis("person", "forget", "-g", people, "1", "--yes", code=FAILED)


def test_audit(visavis, people, key, photo):
    unlock = ["-g", people, "--unlock", key, "--audit-label", "Grace"]
    visavis("audit", "on", *unlock)
    visavis("identify", *unlock, photo("obama2.jpg"))
    visavis("verify", *unlock, "--person", "Obama", photo("biden.jpg"), code=NEGATIVE)
    head = visavis("audit", "head", *unlock).stdout.strip()
    visavis("identify", *unlock, photo("biden.jpg"), code=NEGATIVE)
    entries = visavis("audit", "list", *unlock, json=True)
    assert [entry["event"] for entry in entries] == ["on", "identify", "verify", "identify"]
    assert {entry["label"] for entry in entries} == {"Grace"}
    assert entries[1]["decision"] == "match" and entries[1]["person"] == 1 and entries[1]["distance"] < 0.6
    assert entries[3]["decision"] == "unknown"
    [report] = visavis("audit", "verify", *unlock, "--head", head, json=True)
    assert report["sound"] is True and report["entries"] == 4
    wrong = head[:-1] + ("0" if head[-1] != "0" else "1")
    [report] = visavis("audit", "verify", *unlock, "--head", wrong, code=NEGATIVE, json=True)
    assert report["sound"] is False and report["first_wrong"] == 3
    assert info(visavis, people, "--unlock", key)["audit"] is True
    visavis("enroll", *unlock, "--name", "Twin", photo("obama.jpg"))
    visavis("identify", *unlock, "--preset", "door", photo("obama2.jpg"), code=NEGATIVE)
    last = visavis("audit", "list", *unlock, json=True)[-1]
    assert (last["decision"], last["person"], last["near_person"]) == ("ambiguous", None, 1)
    assert "\tambiguous " in visavis("audit", "list", *unlock).stdout.splitlines()[-1]
    for given in ("0.5", "none"):
        visavis("gallery", "threshold", given, *unlock)
    assert [entry["threshold"] for entry in visavis("audit", "list", *unlock, json=True)[-2:]] == [0.5, None]
    first, second = visavis("audit", "list", *unlock).stdout.splitlines()[-2:]
    assert first.split("\t")[4] == "0.5" and second.split("\t")[4] == "removed"


def test_a_passphrase_file_with_a_zero_byte_is_refused(visavis, people, key, photo, tmp_path):
    """What stands before it would be the whole secret: one letter, of UTF-16."""
    words = tmp_path / "words"
    new = ["enroll", "-g", tmp_path / "new.vav", "--name", "Ada", photo("obama.jpg")]
    for text in (b"a\0b\n", "correct horse\n".encode("utf-16-le"), "correct horse\n".encode("utf-16-be"), b"a\0",
                 "correct horse\n".encode("utf-16")):
        words.write_bytes(text)
        for command in (new + ["--unlock", f"passphrase-file:{words}"],
                        ["gallery", "rekey", "-g", people, "--unlock", key, "--new", f"passphrase-file:{words}"]):
            assert "UTF-8" in visavis(*command, code=FAILED).stderr
    assert not (tmp_path / "new.vav").exists()
    assert info(visavis, people, "--unlock", key)["encrypted"]
