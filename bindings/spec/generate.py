#!/usr/bin/env python3
"""Headers to api.json to each language's raw layer and to the reference: writes them or, with --check, says which are
out of date.

    pip install libclang
    python generate.py            # after a change to a header or to an emitter
    python generate.py --check    # exit status 1: something is out of date; 77: libclang is missing, headers not read
"""
import argparse
import importlib
import pathlib
import sys

import api_file

HERE = pathlib.Path(__file__).resolve().parent
API = HERE / "api.json"
SKIPPED = 77


def emitters():
    """Every emit_<name>.py: a module with emit(api), which gives {file: its text}. Where it has an OUT_FOLDER, all of
    that folder is its own."""
    return [importlib.import_module(path.stem) for path in sorted(HERE.glob("emit_*.py"))]


def read_headers():
    """The API as the headers have it, or None when libclang is not installed."""
    try:
        import dump_api
    except ImportError as problem:
        if problem.name != "clang":
            raise
        return None
    return dump_api.read_headers(dump_api.HEADERS)


def check(path, text):
    """Is the file what we would write? Compared as text: line ends may differ on Windows."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return True
    print(f"{path}: out of date; run {HERE / 'generate.py'} and commit what it changed")
    return False


def left_over(module, outputs):
    """What an emitter made once and makes no longer."""
    folder = getattr(module, "OUT_FOLDER", None)
    return sorted(set(folder.glob("*")) - set(outputs)) if folder else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail when something is out of date")
    options = parser.parse_args()
    api = read_headers()
    if api is None and not options.check:
        sys.exit("libclang is missing: pip install libclang")
    outputs = {API: api_file.text_of(api) + "\n"} if api else {}
    gone = []
    for module in emitters():
        made = module.emit(api or api_file.read(API))
        outputs.update(made)
        gone += left_over(module, made)
    if not options.check:
        for path, text in outputs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path in gone:
            path.unlink()
        return
    up_to_date = [check(path, text) for path, text in outputs.items()]  # all of them: each says what is wrong with it
    for path in gone:
        print(f"{path}: belongs to nothing any more; run {HERE / 'generate.py'} and commit what it changed")
    if gone or not all(up_to_date):
        sys.exit(1)
    if api is None:
        print("libclang is missing (pip install libclang): api.json was not compared with the headers")
        sys.exit(SKIPPED)


if __name__ == "__main__":
    main()
