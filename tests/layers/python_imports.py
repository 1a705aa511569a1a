"""Fails when modules of the Python package import each other in a circle, also when an import stands in a function.

Such a circle works or fails by what is imported first. Imports under `if TYPE_CHECKING` are left out: only a type
checker reads them.
"""
import argparse
import ast
import pathlib
import sys
import tempfile


def imported(node, modules):
    """The modules of the package that this code imports."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return {name for child in node.orelse for name in imported(child, modules)}
    found = {name for child in ast.iter_child_nodes(node) for name in imported(child, modules)}
    if isinstance(node, ast.ImportFrom) and node.level == 1:
        names = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
        found |= modules & set(names)
    return found


def circle(graph):
    """The modules of one circle in the order of the imports; None when there is none."""
    done = set()

    def follow(name, way):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done:
            return None
        for target in sorted(graph[name]):
            found = follow(target, way + [name])
            if found:
                return found
        done.add(name)
        return None

    return next(filter(None, (follow(name, []) for name in sorted(graph))), None)


def check(package):
    files = {path.stem: path for path in package.glob("*.py")}
    return circle({name: imported(ast.parse(path.read_text("utf-8")), set(files)) for name, path in files.items()})


WRONG = (
    {"a": "from .b import x", "b": "from . import a"},
    {"a": "def f():\n    from .b import x", "b": "from .c import y", "c": "import os\nfrom .a import f"},
    {"a": "if TYPE_CHECKING:\n    pass\nelse:\n    from . import a"},
)
RIGHT = (
    {"a": "from .b import x\nfrom .c import y", "b": "from .c import y", "c": "import a"},
    {"a": "from .b import x", "b": "if TYPE_CHECKING:\n    from .a import y"},
)


def self_test():
    """A check that finds nothing has to be known to look."""
    for packages, wrong in ((WRONG, True), (RIGHT, False)):
        for files in packages:
            with tempfile.TemporaryDirectory() as folder:
                for name, text in files.items():
                    pathlib.Path(folder, f"{name}.py").write_text(text, "utf-8")
                assert bool(check(pathlib.Path(folder))) == wrong, files
    print(f"{len(WRONG)} wrong packages, {len(RIGHT)} right ones: told apart")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--package", type=pathlib.Path)
    args = parser.parse_args()
    if args.self_test:
        return self_test()
    found = check(args.package)
    print(f"modules import each other: {' -> '.join(found)}" if found else "the modules import in one direction")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
