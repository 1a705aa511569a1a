"""Checks that the recipes of CONTRIBUTING.md are whole: every source that names the last thing which was added by a
recipe is a file that the recipe names. So who adds another one finds all places."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The recipe, and how sources name what came that way.
ADDED = {
    "A detector": r"\byunet\b|DETECTOR_YUNET|DetectorKind::yunet",
    "A set of models": r"opencv-zoo",
    "A quality measure": r"(?i)\bmargin_above\b|QUALITY_MARGIN_ABOVE",
    "A backend": r"\bonednn\b|BACKEND_ONEDNN|WITH_ONEDNN",
    "An operator of ONNX": r"PRelu|\bprelu\b",
    "A picture format": r"(?i)\bgif\b|SOURCE_GIF|decode_gif|giflib|libgif",
    "A member of an options struct": r"\bbest_of\b|best-of",
    "An audit event": r"AUDIT_(FORGET|THRESHOLD)|AuditEvent::(forget|threshold)",
    "A column of a gallery": r"\bconsent_ref\b",
    "A setting of the gallery's owner": r"\bset_threshold\b",
}
FOLDERS = ("bindings/python/src", "fuzz", "models", "samples", "sdk")
PAGES = ("README.md", "TESTING.md", "SECURITY.md", "bootstrap", "CMakeLists.txt", "bindings/python/README.md")
# Made by programs, or measured and told once.
NOT_BY_HAND = ("bindings/python/src/visavis/_raw.py", "sdk/docs/api/", "sdk/capi/visavis.map", "sdk/docs/trials.md",
               "models/cards/")


def recipe(title):
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return re.search(rf"^### {re.escape(title)}\n(.*?)(?=^###? )", text, flags=re.M | re.S)[1]


def names(title):
    """What a recipe names, as patterns: a path, a folder with all below it, or a file's name alone."""
    tokens = set(re.findall(r"`([\w./<>-]+)`", recipe(title)))
    return [re.sub(r"<\w+>", r"\\w+", re.escape(t)) + (".*" if t.endswith("/") else "") for t in tokens]


def sources():
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")] + [ROOT / page for page in PAGES]
    for path in sorted(paths):
        name = path.relative_to(ROOT).as_posix()
        if path.is_file() and "__pycache__" not in path.parts and not name.startswith(NOT_BY_HAND):
            yield name, path.read_bytes().decode("utf-8", "replace")


@pytest.mark.parametrize("title", ADDED)
def test_a_recipe_names_every_source(title):
    named = [re.compile(rf"(.*/)?{name}") for name in names(title)]
    found = [name for name, text in sources() if re.search(ADDED[title], text)]
    forgotten = [name for name in found if not any(pattern.fullmatch(name) for pattern in named)]
    assert len(found) > 1 and not forgotten
