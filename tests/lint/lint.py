#!/usr/bin/env python3
"""Asks every tool that knows a rule of this project; `./bootstrap lint` installs them and runs this.

    lint.py                    the quick ones, some seconds
    lint.py --fix              the same, and mends what a tool can mend
    lint.py --all [FILE …]     also clang-tidy, minutes: over the library, the command and the samples, or these files
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOOLS = pathlib.Path(sys.executable).parent
CACHE = ROOT / "build" / "lint"
WIDTH = 120
C_LIKE = {".c", ".cc", ".cpp", ".h", ".hpp"}
YAML = {".yml", ".yaml"}
# Made by programs: nobody reads them, and their makers decide about their form.
MADE = {"bindings/spec/api.json", "bindings/python/src/visavis/_raw.py"}
# clang-format and ruff see to the others; prose may have a table or an address that cannot be broken.
NARROW = {"", ".cmake", ".in", ".sh", ".supp", ".toml", *YAML}
YAMLLINT = ("{extends: default, rules: {line-length: {max: 120}, document-start: disable, comments: "
            "{min-spaces-from-content: 1}, truthy: {check-keys: false}}}")


def files():
    """The text files of this checkout that git has or would take; of a copy without git, all that lie there."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"], capture_output=True,
                            check=False)
    if listed.returncode == 0:
        found = [pathlib.Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name]
    else:
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
        found = [path for path in found if not {"build", "out", ".venv", "__pycache__"} & set(path.parts)]
    return sorted(path for path in found if (ROOT / path).is_file() and not (ROOT / path).is_symlink())


def is_shell(path):
    with open(ROOT / path, "rb") as file:
        return file.readline(40).startswith((b"#!/usr/bin/env bash", b"#!/bin/sh", b"#!/bin/bash"))


def form(paths, fix):
    """What .editorconfig says: UTF-8, plain line ends, none missing at the end, no blanks before one, no tabs."""
    wrong = []
    for path in paths:
        if str(path) in MADE:
            continue
        content = (ROOT / path).read_bytes()
        try:
            text = content.decode()
        except UnicodeDecodeError as problem:
            wrong.append(f"{path}: not UTF-8: {problem}")
            continue
        if "\0" in text:
            continue
        lines = text.replace("\r\n", "\n").split("\n")
        better = "\n".join(line.rstrip(" \t") for line in lines).rstrip("\n") + "\n" if text else text
        if better != text and fix:
            (ROOT / path).write_text(better, encoding="utf-8", newline="\n")
        elif better != text:
            where = next((i for i, line in enumerate(lines, 1) if line != line.rstrip(" \t")), len(lines))
            wrong.append(f"{path}:{where}: blanks at the end of a line, a line end of Windows, or none or several at "
                         "the end of the file")
        for number, line in enumerate(better.split("\n"), 1):
            if "\t" in line:
                wrong.append(f"{path}:{number}: a tab")
            if len(line) > WIDTH and path.suffix in NARROW:
                wrong.append(f"{path}:{number}: {len(line)} columns, at most {WIDTH}")
    return wrong


# Numbers are converted by int(x), which is short; static_cast is for pointers, enumerations and types of two words.
CAST = re.compile(r"static_cast<(?:int|unsigned|float|double|long|char|bool|(?:std::)?(?:size_t|ptrdiff_t|"
                  r"u?int(?:8|16|32|64|max)_t))>")


def casts(paths):
    """static_cast where a number is converted."""
    assert CAST.search("x = static_cast<std::size_t>(y)") and not CAST.search("static_cast<int*>(y) + int(z)")
    wrong = []
    for path in paths:
        if path.parts[0] in {"sdk", "samples"}:
            for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1):
                if found := CAST.search(line):
                    wrong.append(f"{path}:{number}: {found[0]}(x): write {found[0][12:-1]}(x)")
    return wrong


# One term for one thing: what it is called elsewhere, and here. A length is a number of floats, a norm is a vector's.
TERMS = {r"unit[ _-]length": "norm 1", r"(face|feature) (descriptor|vector)": "embedding",
         r"false (accept|reject)|\bFRR\b": "FMR, FNMR", r"watch-?list": "gallery", r"anti-?spoof": "PAD",
         r"\bkMax[A-Z]": "kMost…, for a limit"}


def terms(paths):
    """Words that mean here what has another name already."""
    wrong = []
    for path in paths:
        if path.suffix in C_LIKE | {".md", ".py"} and path != pathlib.Path("tests/lint/lint.py"):
            for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1):
                wrong += [f"{path}:{number}: {found[0]}: say {here}" for elsewhere, here in TERMS.items()
                          if (found := re.search(elsewhere, line, flags=re.I))]
    return wrong


def run(command, **options):
    """What a tool finds, as lines; none when it is content."""
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, check=False, **options)
    return done.stdout.splitlines() if done.returncode else []


def quick(paths, fix):
    """The checks by name, each a function that gives what is wrong."""
    c_like = [path for path in paths if path.suffix in C_LIKE]
    python = [path for path in paths if path.suffix == ".py"]
    texts = [path for path in paths if str(path) not in MADE]
    checks = {
        "form": lambda: form(paths, fix),
        "casts": lambda: casts(c_like),
        "terms": lambda: terms(texts),
        "clang-format": lambda: run(["clang-format", *(["-i"] if fix else ["--dry-run", "-Werror"]), *c_like]),
        "ruff": lambda: run(["ruff", "check", "--quiet", "--output-format=concise", "--force-exclude",
                             f"--cache-dir={CACHE / 'ruff'}", *(["--fix"] if fix else []), *python]),
        "mypy": lambda: run(["mypy", "--config-file=bindings/python/pyproject.toml", f"--cache-dir={CACHE / 'mypy'}",
                             "bindings/python/src/visavis"]),
        "shellcheck": lambda: run(["shellcheck", *filter(is_shell, paths)]),
        "codespell": lambda: run(["codespell", f"--ignore-words={HERE / 'words.txt'}", *texts]),
    }
    if any(path.suffix in YAML for path in paths):
        checks["yamllint"] = lambda: run(["yamllint", "-d", YAMLLINT, *(p for p in paths if p.suffix in YAML)])
    return checks


def of_each_file(entry):
    """A command of the build for each file that it compiles: a batch of files (VISAVIS_UNITY) includes several."""
    if not pathlib.Path(entry["file"]).name.startswith("unity_"):
        return [entry]
    batch = pathlib.Path(entry["file"]).read_text("utf-8")
    return [{**entry, "file": file, "command": entry["command"].replace(entry["file"], file)}
            for file in re.findall(r'^#include "(.*)"$', batch, flags=re.M)]


def tidy(wanted):
    """clang-tidy over what the release build compiles of sdk/ and samples/, two files at once on two cores."""
    database = ROOT / "build" / "release" / "compile_commands.json"
    if not database.exists():
        sys.exit(f"there is no {database}: ./bootstrap lint --all configures the build")
    # A file that several programs are made of would be read once for each.
    entries = [one for entry in json.loads(database.read_text("utf-8")) for one in of_each_file(entry)]
    known = {pathlib.Path(entry["file"]): entry for entry in reversed(entries)}
    once = CACHE / "tidy" / database.name
    once.parent.mkdir(parents=True, exist_ok=True)
    once.write_text(json.dumps(list(known.values())), encoding="utf-8")
    ours = sorted(path for path in known if {ROOT / "sdk", ROOT / "samples"} & set(path.parents))
    if wanted:
        ours = [path for path in ours if path in {pathlib.Path(name).resolve() for name in wanted}]

    def needs_omp(path):
        """gcc's omp.h, which is the one that is there, is nothing for clang: no file that reads it, itself or by the
        headers of its name."""
        return any("<omp.h>" in part.read_text("utf-8") for part in path.parent.glob(f"{path.stem}*")
                   if part.is_file())

    ours = [path for path in ours if not needs_omp(path)]

    def one(path):
        # What clang says of flags that only gcc knows, and how many findings in other people's headers it left out.
        lines = run(["clang-tidy", "--quiet", "-p", once.parent, "--extra-arg=-Wno-unknown-warning-option", path])
        return [line for line in lines if not line.endswith("warnings generated.")]

    found = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, lines in enumerate(pool.map(one, ours), 1):
            found += lines
            if number % 20 == 0:
                print(f"  clang-tidy: {number} of {len(ours)} files", flush=True)
    return [line for i, line in enumerate(found) if line not in found[:i]]  # a header is read by many files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true", help="mend what a tool can mend")
    parser.add_argument("--all", action="store_true", help="also clang-tidy, which takes minutes")
    parser.add_argument("files", nargs="*", metavar="FILE", help="with --all: clang-tidy for these only")
    args = parser.parse_args()
    checks = quick(files(), args.fix)
    if args.all:
        checks["clang-tidy"] = lambda: tidy(args.files)
    bad = []
    for name, check in checks.items():
        start = time.monotonic()
        found = check()
        print(f"  {name}: {f'{len(found)} lines' if found else 'ok'}, {time.monotonic() - start:.1f} s", flush=True)
        print("".join(f"    {line}\n" for line in found), end="")
        bad += [name] if found else []
    if bad:
        print(f"The rules of form are not kept ({', '.join(bad)}). ./bootstrap lint --fix mends what a tool can mend.")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
