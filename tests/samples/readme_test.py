"""Runs what the README shows, word for word, on real photos: readme_test.py REPOSITORY BUILD C_COMPILER.

Ends with 77, which ctest shows as skipped, when the sample photos are not on this machine.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, BUILD, COMPILER = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
PHOTOS = CACHE / "visavis" / "photos"


def snippet(language):
    """The README's one code block in that language."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 1, f"{len(blocks)} blocks of {language}"
    return blocks[0]


class Readme(unittest.TestCase):
    def setUp(self):
        if not PHOTOS.is_dir():
            self.skipTest(f"no sample photos in {PHOTOS}: run `visavis models fetch --photos`")
        self.dir = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.dir)
        (self.dir / "photos" / "Ada").mkdir(parents=True)
        for photo, name in (("obama", "ada1"), ("obama2", "ada2")):
            shutil.copy(PHOTOS / f"{photo}.jpg", self.dir / f"{name}.jpg")
            shutil.copy(PHOTOS / f"{photo}.jpg", self.dir / "photos" / "Ada")
        shutil.copy(PHOTOS / "obama3.jpg", self.dir / "door.jpg")

    def run_here(self, *command, **environment):
        done = subprocess.run(command, cwd=self.dir, env={**os.environ, **environment}, text=True, timeout=240,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_command_line_then_c(self):
        said = self.run_here("sh", "-ec", snippet("sh"), PATH=f"{BUILD / 'bin'}{os.pathsep}{os.environ['PATH']}")
        self.assertRegex(said, r"door\.jpg.*Ada")
        (self.dir / "door.c").write_text(snippet("c"), "utf-8")
        self.run_here(COMPILER, "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{ROOT / 'sdk/include'}",
                      "door.c", "-o", "door", f"-L{BUILD / 'lib'}", f"-Wl,-rpath,{BUILD / 'lib'}", "-lvisavis")
        self.assertEqual(self.run_here("./door"), "Ada\n")

    def test_python(self):
        try:
            import numpy  # noqa: F401  what the package stands on
        except ImportError:
            self.skipTest(f"{sys.executable} has no numpy")
        (self.dir / "door.py").write_text(snippet("python"), "utf-8")
        said = self.run_here(sys.executable, "door.py", VISAVIS_LIBRARY=str(BUILD / "lib"), PYTHONDONTWRITEBYTECODE="1",
                             PYTHONPATH=str(ROOT / "bindings/python/src"))
        self.assertRegex(said, r"(?i)match.* Ada 0\.3\d ")


if __name__ == "__main__":
    result = unittest.main(argv=[sys.argv[0], "-v"], exit=False).result
    if result.testsRun == len(result.skipped):
        sys.exit(77)
    sys.exit(not result.wasSuccessful())
