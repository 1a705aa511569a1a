"""Reads the public C headers: the functions, structs, constants and macros they declare. They are regular enough for
it."""
import pathlib
import re


def public_headers(include_dir):
    return sorted(pathlib.Path(include_dir, "visavis").glob("*.h"))


def _code(include_dir):
    """All headers as one text without comments and preprocessor lines."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in public_headers(include_dir))
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    return re.sub(r"^#(?:.*\\\n)*.*$", "", text, flags=re.M)


def functions(include_dir):
    """Names of all functions marked VAV_API."""
    names = re.findall(r"VAV_API\s[^;(]*?\b(\w+)\s*\(", _code(include_dir))
    if len(names) != len(set(names)):
        raise SystemExit("a function is declared twice: " + str(sorted(n for n in names if names.count(n) > 1)))
    return sorted(names)


def structs(include_dir):
    """{struct: [member, …]} for all structs with a body."""
    found = {}
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\} (\w+);", _code(include_dir), flags=re.S):
        members = []
        for declaration in filter(None, (part.strip() for part in body.split(";"))):
            for declarator in declaration.split(","):
                members.append(re.search(r"(\w+)\s*(?:\[\w+\])?$", declarator.strip()).group(1))
        found[name] = members
    return found


def constants(include_dir):
    """Names of all enum constants."""
    bodies = re.findall(r"enum \{(.*?)\}", _code(include_dir), flags=re.S)
    return [name for body in bodies for name in re.findall(r"(VAV_\w+)\s*=", body)]


def macros(include_dir):
    """Names of all macros."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in public_headers(include_dir))
    return set(re.findall(r"^#define (VAV_\w+)", text, flags=re.M))
