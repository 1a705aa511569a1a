"""Checks the documents against the tree: links lead somewhere, every model has a card with the manifest's facts, and
the tables of performance.md are those of the newest measured results."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1]).resolve()
SKIPPED = {"build", "out", ".venv", ".git", "node_modules"}


def documents():
    return [path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts)]


class Links(unittest.TestCase):
    def test_every_relative_link_leads_to_a_file(self):
        found = 0
        for path in documents():
            prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose):
                if "://" in target:
                    continue
                found += 1
                with self.subTest(document=str(path.relative_to(ROOT)), link=target):
                    self.assertTrue((path.parent / target).exists())
        self.assertGreater(found, 20)


class Cards(unittest.TestCase):
    def test_every_model_has_a_card_with_its_facts(self):
        for model in json.loads((ROOT / "models/manifest.json").read_text("utf-8"))["models"]:
            with self.subTest(model=model["id"]):
                card = (ROOT / "models/cards" / f"{model['id']}.md").read_text("utf-8")
                self.assertIn(model["sha256"], card)
                self.assertIn(f"{model['size']:,} bytes", card)
                if not model["license"].startswith("LicenseRef"):
                    self.assertIn(model["license"], card)
                for section in ("licence", "intended use", "out of scope", "training data", "input", "limits",
                                "groups"):
                    self.assertIn(section, card.lower())


class Performance(unittest.TestCase):
    TABLE = ROOT / "bench/peers/table.py"

    def test_tables_are_those_of_the_newest_results(self):
        done = subprocess.run([sys.executable, self.TABLE, "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_results_name_no_place_of_the_machine_they_come_from(self):
        results = sorted((ROOT / "bench/results").glob("*.json"))
        self.assertGreater(len(results), 0)
        for path in results:
            with self.subTest(result=path.name):
                self.assertNotRegex(path.read_text("utf-8"), r"/(home|root|usr|work|tmp)/|localhost")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
