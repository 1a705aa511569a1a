"""Runs the C and C++ samples on real photos and a video: samples_test.py BIN_DIR DATA_DIR [TestCase].

Ends with 77, which ctest shows as skipped, when nothing could be run because the pictures are not on this machine.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BIN = pathlib.Path(sys.argv[1]).resolve()
DATA = pathlib.Path(sys.argv[2]).resolve()
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
PHOTOS = CACHE / "visavis" / "photos"
EXE = ".exe" if os.name == "nt" else ""


def run(sample, *args):
    return subprocess.run([BIN / (sample + EXE), *map(str, args)], capture_output=True, text=True, timeout=240)


class SampleCase(unittest.TestCase):
    def setUp(self):
        if not PHOTOS.is_dir():
            self.skipTest(f"no sample photos in {PHOTOS}: run `visavis models fetch --photos`")
        # A space and letters beyond ASCII in every path.
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="sämple 試 "))
        self.addCleanup(shutil.rmtree, self.dir)
        self.gallery = self.dir / "people.vav"

    def enroll(self, name, photo):
        done = run("enroll_identify", self.gallery, name, photo)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"enrolled {name} as person ", done.stdout)


class CSamples(SampleCase):
    def test_verify_pair_tells_same_from_different(self):
        same = run("verify_pair", PHOTOS / "obama.jpg", PHOTOS / "obama2.jpg")
        self.assertEqual(same.returncode, 0, same.stderr)
        self.assertRegex(same.stdout, r"^same person: distance 0\.3\d\d, threshold 0\.60 ")
        different = run("verify_pair", PHOTOS / "obama.jpg", PHOTOS / "biden.jpg")
        self.assertEqual(different.returncode, 1, different.stderr)
        self.assertRegex(different.stdout, r"^different people: distance 0\.8\d\d, threshold 0\.60 ")

    def test_verify_pair_says_what_is_wrong(self):
        self.assertEqual(run("verify_pair").returncode, 2)
        missing = run("verify_pair", self.dir / "none.jpg", PHOTOS / "obama.jpg")
        self.assertEqual(missing.returncode, 3)
        self.assertIn("VAV_E_FILE_NOT_FOUND", missing.stderr)
        self.assertIn("none.jpg", missing.stderr)

    def test_enroll_identify(self):
        done = run("enroll_identify", self.gallery, "Barack Obama", PHOTOS / "obama.jpg", PHOTOS / "obama3.jpg",
                   PHOTOS / "biden.jpg")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"obama3\.jpg: face 0 is Barack Obama, distance 0\.3\d\d \(threshold 0\.60\)")
        self.assertRegex(done.stdout, r"biden\.jpg: face 0 is unknown \(threshold 0\.60\)")
        again = run("enroll_identify", self.gallery, "Barack Obama", PHOTOS / "obama2.jpg")
        self.assertIn("as person 1 ", again.stdout, "the same name is the same person")

    def test_enroll_identify_refuses_other_than_one_face(self):
        crowd = DATA / "photos" / "bald_guys.jpg"
        if not crowd.is_file():
            self.skipTest(f"no {crowd}: a picture from outside, tests/README.md says where to get it")
        refused = run("enroll_identify", self.gallery, "Anyone", crowd)
        self.assertEqual(refused.returncode, 4, refused.stderr)
        self.assertRegex(refused.stderr, r"bald_guys\.jpg: refused, it shows \d+ faces and not one")


class CameraSamples(SampleCase):
    def setUp(self):
        super().setUp()
        if not (BIN / ("door" + EXE)).is_file():
            self.skipTest("built without OpenCV's videoio")

    def folder(self, *photos):
        made = self.dir / "frames"
        made.mkdir()
        for i, photo in enumerate(photos):
            shutil.copy(PHOTOS / photo, made / f"{i:03}.jpg")
        return made

    def video(self):
        clip = DATA / "video" / "short_hamilton_clip.mp4"
        if not clip.is_file():
            self.skipTest(f"no {clip}: a video from outside, tests/README.md says where to get it")
        self.enroll("lin-manuel-miranda", clip.parent / "lin-manuel-miranda.png")
        return clip

    def test_door_grants_once(self):
        self.enroll("Barack Obama", PHOTOS / "obama.jpg")
        seen = run("door", self.gallery, self.folder("obama2.jpg", "obama3.jpg", "obama2.jpg", "obama3.jpg"))
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertEqual(seen.stdout.count("GRANT  Barack Obama, 3 of 5 frames"), 1, seen.stdout)
        self.assertEqual(seen.stdout.count("relay open"), 1)
        self.assertNotIn("DENY", seen.stdout)

    def test_door_denies_a_stranger(self):
        self.enroll("Joe Biden", PHOTOS / "biden.jpg")
        seen = run("door", self.gallery, self.folder(*["obama2.jpg"] * 5))
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertIn("DENY   unknown person, 5 of 5 frames", seen.stdout)
        self.assertNotIn("relay open", seen.stdout)

    def test_door_denies_on_every_error(self):
        nowhere = run("door", self.gallery, self.dir)
        self.assertEqual(nowhere.returncode, 3)
        self.assertIn("DENY   error: ", nowhere.stdout)
        self.assertFalse(self.gallery.exists(), "a wrong path must not make an empty gallery")
        self.enroll("Barack Obama", PHOTOS / "obama.jpg")
        frames = self.folder("obama2.jpg", "obama3.jpg")
        (frames / "001a.jpg").write_bytes((PHOTOS / "obama2.jpg").read_bytes()[:5000])
        (frames / "002.jpg").write_bytes((PHOTOS / "obama2.jpg").read_bytes())
        broken = run("door", self.gallery, frames)
        self.assertIn("DENY   error: ", broken.stdout)
        self.assertNotIn("GRANT", broken.stdout)

    def test_camera_identify_on_a_folder(self):
        self.enroll("Barack Obama", PHOTOS / "obama.jpg")
        frames = self.folder("obama2.jpg", "biden.jpg")
        seen = run("camera_identify", self.gallery, frames, "--headless")
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertRegex(seen.stdout, r"(?m)^ +0\.0 s  \+ Barack Obama, distance 0\.3\d$")
        self.assertRegex(seen.stdout, r"(?m)^ +0\.2 s  \+ unknown$")

    def test_camera_identify_and_door_on_a_video(self):
        clip = self.video()
        seen = run("camera_identify", self.gallery, clip, "--headless")
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertIn("+ lin-manuel-miranda, distance 0.", seen.stdout)
        self.assertRegex(seen.stdout, r"(?m)^ +\d+\.\d s  - lin-manuel-miranda$")
        door = run("door", self.gallery, clip)
        self.assertEqual(door.returncode, 0, door.stderr)
        self.assertRegex(door.stdout, r"GRANT  lin-manuel-miranda, 3 of 5 frames")


if __name__ == "__main__":
    result = unittest.main(argv=[sys.argv[0], "-v", *sys.argv[3:]], exit=False).result
    if result.testsRun == len(result.skipped):
        sys.exit(77)
    sys.exit(not result.wasSuccessful())
