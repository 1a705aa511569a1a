"""The exports are the same in four places: headers, linker map, committed list, and the built library. And the library
asks for no function of a BLAS or LAPACK.

A new function goes into its header; `exports.py --update` then rewrites the map and the list, so that the change of the
ABI is a line that a reviewer sees.
"""
import argparse
import pathlib
import re
import subprocess
import sys

import headers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INCLUDE = ROOT / "sdk/include"
MAP = ROOT / "sdk/capi/visavis.map"
LIST = HERE / "symbols.txt"


def write(names):
    LIST.write_text("".join(name + "\n" for name in names), encoding="utf-8")
    body = "".join(f"    {name};\n" for name in names)
    MAP.write_text(f"# Made by tests/abi/exports.py --update.\n{{\n  global:\n{body}  local: *;\n}};\n",
                   encoding="utf-8")


def of_map():
    return re.findall(r"^ {4}(.+);$", MAP.read_text(encoding="utf-8"), flags=re.M)


def of_library(nm, library):
    lines = subprocess.run([nm, "-D", "--defined-only", "--format=posix", library], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    return [line.split()[0] for line in lines]


def asked_of_blas(nm, library):
    lines = subprocess.run([nm, "-D", "--undefined-only", "--format=posix", library], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    names = [line.split()[0] for line in lines]
    return [name for name in names if re.match(r"cblas_|[sdcz][a-z0-9]+_$", name)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--nm", default="nm")
    parser.add_argument("--library")
    args = parser.parse_args()

    declared = headers.functions(INCLUDE)
    if args.update:
        write(declared)
    places = {"sdk/capi/visavis.map": of_map(), "tests/abi/symbols.txt": LIST.read_text(encoding="utf-8").split()}
    if args.library:
        places[args.library] = of_library(args.nm, args.library)
    wrong = 0
    for name in asked_of_blas(args.nm, args.library) if args.library else []:
        print(f"{args.library}: asks a BLAS or LAPACK for {name}; see sdk/cmake/dlib_without_blas.h")
        wrong += 1
    for place, names in places.items():
        for name in sorted(set(declared) - set(names)):
            print(f"{place}: lacks {name}, which a header declares")
            wrong += 1
        for name in sorted(set(names) - set(declared)):
            print(f"{place}: has {name}, which no header declares")
            wrong += 1
    if wrong:
        print("If the change of the ABI is meant: tests/abi/exports.py --update")
    else:
        print(f"{len(declared)} functions, the same in headers and {', '.join(places)}")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
