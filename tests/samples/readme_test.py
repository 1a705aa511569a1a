"""Runs what the README shows, word for word, on real photos. CC names the C compiler."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def snippet(language):
    """The README's one code block in that language."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language}"
    return blocks[0]


@pytest.fixture
def run(photos, tmp_path):
    """Runs a command in a folder that has the README's pictures, and gives what it says."""
    (tmp_path / "photos" / "Ada").mkdir(parents=True)
    for photo, name in (("obama", "ada1"), ("obama2", "ada2")):
        shutil.copy(photos / f"{photo}.jpg", tmp_path / f"{name}.jpg")
        shutil.copy(photos / f"{photo}.jpg", tmp_path / "photos" / "Ada")
    shutil.copy(photos / "obama3.jpg", tmp_path / "door.jpg")

    def run(*command, **environment):
        done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **environment}, text=True, timeout=240,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == 0, done.stdout
        return done.stdout
    return run


def test_command_line_then_c(run, build, tmp_path):
    said = run("sh", "-ec", snippet("sh"), PATH=f"{build / 'bin'}{os.pathsep}{os.environ['PATH']}")
    assert re.search(r"door\.jpg.*Ada", said), said
    (tmp_path / "door.c").write_text(snippet("c"), "utf-8")
    run(os.environ.get("CC", "cc"), "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{ROOT / 'sdk/include'}",
        "door.c", "-o", "door", f"-L{build / 'lib'}", f"-Wl,-rpath,{build / 'lib'}", "-lvisavis")
    assert run("./door") == "Ada\n"


def test_python(run, build, tmp_path):
    pytest.importorskip("numpy")
    (tmp_path / "door.py").write_text(snippet("python"), "utf-8")
    said = run(sys.executable, "door.py", VISAVIS_LIBRARY=str(build / "lib"), PYTHONDONTWRITEBYTECODE="1",
               PYTHONPATH=str(ROOT / "bindings/python/src"))
    assert re.search(r"(?i)match.* Ada 0\.7\d ", said), said
