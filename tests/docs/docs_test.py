"""Checks the documents against the tree: links lead somewhere, every model has a card with the manifest's facts, and
the tables of performance.md are those of the newest measured results."""
import json
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {"build", "out", ".venv", ".git", "node_modules"}


def test_every_relative_link_leads_to_a_file():
    found, broken = 0, []
    for path in ROOT.rglob("*.md"):
        if SKIPPED & set(path.relative_to(ROOT).parts):
            continue
        prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
        targets = [target for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose) if "://" not in target]
        found += len(targets)
        broken += [f"{path}: {target}" for target in targets if not (path.parent / target).exists()]
    assert found > 20 and not broken


SUFFIXES = (".c", ".cc", ".h", ".hpp", ".json", ".md", ".py", ".sh", ".txt")


def test_every_path_of_the_recipes_exists():
    """CONTRIBUTING.md names the files of a change in full, or by their names after another file of their folder."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    code = r"^```.*?^```"
    commands = "".join(re.findall(code, text, flags=re.M | re.S))
    everywhere = {(ROOT / path).parent for path in re.findall(r"[\w/]+/\w+\.py", commands)}
    everywhere |= {ROOT, ROOT / "sdk/include"}
    found, missing = 0, []
    for section in re.split(r"^#+ ", re.sub(code, "", text, flags=re.M | re.S), flags=re.M):
        folders = set(everywhere)
        for token in re.findall(r"`([^`\s]+)", section):
            if token in SUFFIXES or not re.fullmatch(r"[\w.*/<>-]+", token):
                continue
            if "/" not in token and not token.endswith(SUFFIXES):
                continue
            found += 1
            there = {path for folder in folders for path in folder.glob(re.sub(r"<\w+>", "*", token).rstrip("/"))}
            folders |= {path if path.is_dir() else path.parent for path in there}
            if not there:
                missing.append(f"{section.splitlines()[0]}: {token}")
    assert found > 100 and not missing


def headings(path):
    """The anchors of a page, as GitHub makes them."""
    prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    titles = re.findall(r"^#+ +(.*)$", prose, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_link_into_a_page_leads_to_a_heading():
    found, broken = 0, []
    for path in ROOT.rglob("*.md"):
        if SKIPPED & set(path.relative_to(ROOT).parts):
            continue
        prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
        for target, anchor in re.findall(r"\]\(([^)#\s]*)#([^)]+)\)", prose):
            page = path.parent / target if target else path
            if "://" in target or page.suffix != ".md":
                continue
            found += 1
            if anchor not in headings(page):
                broken.append(f"{path}: {target}#{anchor}")
    assert found > 5 and not broken


@pytest.mark.parametrize("model", json.loads((ROOT / "models/manifest.json").read_text("utf-8"))["models"],
                         ids=lambda model: model["id"])
def test_every_model_has_a_card_with_its_facts(model):
    card = (ROOT / "models/cards" / f"{model['id']}.md").read_text("utf-8")
    assert model["sha256"] in card and f"{model['size']:,} bytes" in card
    if not model["license"].startswith("LicenseRef"):
        assert model["license"] in card
    for section in ("licence", "intended use", "out of scope", "training data", "input", "limits", "groups"):
        assert section in card.lower()


def test_tables_of_performance_are_those_of_the_newest_results():
    done = subprocess.run([sys.executable, ROOT / "bench/peers/table.py", "--check"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_results_name_no_place_of_the_machine_they_come_from():
    results = sorted((ROOT / "bench/results").glob("*.json"))
    assert results
    for path in results:
        assert not re.search(r"/(home|root|usr|work|tmp)/|localhost", path.read_text("utf-8")), path
