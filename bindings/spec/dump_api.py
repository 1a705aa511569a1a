"""Reads the C headers with libclang: the one description every language's raw layer is made from.

The headers are parsed for one fixed target with our own two-page <stdint.h> and <stddef.h>, so that the result depends
on nothing but the headers: not on the machine, its compiler or its system headers.
"""
import pathlib
import re
import sys

from clang import cindex
from clang.cindex import CursorKind, TokenKind, TypeKind

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parent.parent / "sdk" / "include" / "visavis"

# The only names from system headers the API may use. Kept as names in api.json; sizes are right for TARGET.
SYSTEM_HEADERS = {
    "stdint.h": "typedef unsigned char uint8_t; typedef int int32_t; typedef unsigned int uint32_t;\n"
                "typedef long int64_t; typedef unsigned long uint64_t;\n",
    "stddef.h": "typedef unsigned long size_t;\n#define NULL ((void *)0)\n",
}
TARGET = "x86_64-linux-gnu"
SCALARS = {"void", "char", "float", "double", "uint8_t", "int32_t", "uint32_t", "int64_t", "uint64_t", "size_t"}


def parse(headers):
    """The translation unit of visavis.h; stops when clang has anything to complain about."""
    system = HERE / "no-such-folder"
    files = [(str(system / name), text) for name, text in SYSTEM_HEADERS.items()]
    arguments = ["-x", "c", "-std=c99", f"--target={TARGET}", "-nostdinc", f"-I{headers.parent}", f"-I{system}"]
    unit = cindex.Index.create().parse(
        str(headers / "visavis.h"), args=arguments, unsaved_files=files,
        options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
    problems = [str(d) for d in unit.diagnostics]
    if problems:
        sys.exit("the headers do not parse:\n" + "\n".join(problems))
    seen = {pathlib.Path(i.include.name).name for i in unit.get_includes()} | {"visavis.h"}
    forgotten = sorted({path.name for path in headers.glob("*.h")} - seen)
    if forgotten:
        sys.exit(f"visavis.h does not include {', '.join(forgotten)}")
    return unit


class Comments:
    """The comments of one header, found again by the lines they stand on."""

    def __init__(self, unit, path):
        file = cindex.File.from_name(unit, str(path))
        start = cindex.SourceLocation.from_offset(unit, file, 0)
        end = cindex.SourceLocation.from_offset(unit, file, path.stat().st_size)
        tokens = list(unit.get_tokens(extent=cindex.SourceRange.from_locations(start, end)))
        self.before, self.behind = {}, {}  # by the line that follows a comment, by the line it stands behind code on
        code_lines, lines = set(), path.read_text(encoding="utf-8").splitlines()
        for token in tokens:
            if token.kind == TokenKind.COMMENT:
                line = token.extent.start.line
                if line in code_lines:
                    self.behind[line] = token.spelling
                elif lines[line - 2].strip():  # after an empty line it is the heading of a group, not a member's
                    self.before[token.extent.end.line + 1] = token.spelling
            else:
                code_lines.add(token.extent.start.line)

    def of(self, cursor):
        """The comment behind a member or, failing that, above it."""
        text = self.behind.get(cursor.extent.end.line) or self.before.get(cursor.extent.start.line)
        return plain(text) if text else ""


def plain(comment):
    """A comment's words without its decoration, paragraphs joined to single lines."""
    text = re.sub(r"^/\*+<?|\*+/$|^//+", "", comment.strip())
    lines = [re.sub(r"^\s*\*? ?", "", line).rstrip() for line in text.splitlines()]
    return re.sub(r"\s+", " ", " ".join(lines)).strip()


def read_header(path):
    """A header and the words of its first comment, which says what it is for."""
    first = re.match(r"/\*.*?\*/", path.read_text(encoding="utf-8"), flags=re.S)
    if not first:
        sys.exit(f"{path}: the first line has to be a comment that says what it is for")
    return {"name": path.name, "doc": plain(first.group())}


def documented(cursor):
    """A declaration's comment, with @threads and @since taken out of the words."""
    text = plain(cursor.raw_comment or "")
    if not text and cursor.kind == CursorKind.FUNCTION_DECL:
        sys.exit(f"{cursor.location.file.name}:{cursor.location.line}: {cursor.spelling} has no comment")
    since = re.search(r"\s*@since (\S+)", text)
    text = text.replace(since.group(0), "") if since else text
    threads = re.search(r"\s*@threads (.*)$", text)
    text = text.replace(threads.group(0), "") if threads else text
    tags = {"threads": threads.group(1)} if threads else {}
    return {"doc": text, **tags, **({"since": since.group(1)} if since else {})}


def spelled(type_, known):
    """A C type: its name, {"pointer": type, "const": bool} or {"array": type, "length": n}. The API allows no other."""
    if type_.kind == TypeKind.POINTER:
        to = type_.get_pointee()
        return {"pointer": spelled(to, known), "const": to.is_const_qualified()}
    if type_.kind == TypeKind.CONSTANTARRAY:
        return {"array": spelled(type_.element_type, known), "length": type_.element_count}
    name = type_.spelling.replace("const ", "")
    if name not in SCALARS and name not in known:
        sys.exit(f"type '{type_.spelling}' is not allowed in the API: fixed-size numbers, pointers, fixed structs only")
    return name


def require_codes(cursor, doc):
    """Whoever calls a function that may fail has to know by what, without reading its source."""
    if cursor.result_type.spelling == "vav_status" and not re.search(r"\bCodes\b", doc):
        sys.exit(f"{cursor.location.file.name}:{cursor.location.line}: the comment of {cursor.spelling} names no "
                 'status codes: add "Codes: …", and what has changed when it fails')


def read_function(cursor, known):
    require_codes(cursor, documented(cursor)["doc"])
    parameters = [{"name": p.spelling, "type": spelled(p.type, known)} for p in cursor.get_arguments()]
    return {"name": cursor.spelling, "returns": spelled(cursor.result_type, known), "parameters": parameters,
            **documented(cursor)}


def read_callback(cursor, underlying, known):
    """A function of the caller's, always used behind a pointer."""
    return {"name": cursor.spelling, "returns": spelled(underlying.get_result(), known),
            "takes": [spelled(t, known) for t in underlying.argument_types()], **documented(cursor)}


def read_struct(cursor, definition, known, comments):
    layout = definition.type
    fields = [{"name": f.spelling, "type": spelled(f.type, known), "offset": layout.get_offset(f.spelling) // 8,
               "doc": comments.of(f)} for f in layout.get_fields()]
    return {"name": cursor.spelling, "sized": fields[0]["name"] == "struct_size", "size": layout.get_size(),
            **documented(cursor), "fields": fields}


def read_values(cursor, comments):
    on_one_line = cursor.extent.start.line == cursor.extent.end.line  # then the comment above is the enum's own
    return [{"name": v.spelling, "value": v.enum_value, "doc": "" if on_one_line else comments.of(v)}
            for v in cursor.get_children()]


def read_macro(cursor, comments):
    """A macro that is one whole number, or None."""
    words = [t.spelling for t in cursor.get_tokens() if t.kind != TokenKind.COMMENT]
    if len(words) != 2 or not re.fullmatch(r"\d+|0x[0-9a-fA-F]+", words[1]):
        return None
    return {"name": words[0], "value": int(words[1], 0), "doc": comments.of(cursor)}


def read_headers(headers):
    """All of the API, in the order of the headers."""
    unit = parse(headers)
    api = {"about": "Generated by bindings/spec/generate.py from the headers in sdk/include/visavis. Do not edit.",
           "target": TARGET, "headers": [read_header(path) for path in sorted(headers.glob("*.h"))],
           "constants": [], "enums": [], "handles": [], "structs": [], "callbacks": [], "functions": []}
    known, comments, typedef = set(), {}, None
    for cursor in unit.cursor.get_children():
        path = pathlib.Path(cursor.location.file.name) if cursor.location.file else None
        if not path or path.parent != headers:
            continue
        if path not in comments:
            comments[path] = Comments(unit, path)
        previous, typedef = typedef, None
        before = {kind: len(items) for kind, items in api.items() if isinstance(items, list)}
        if cursor.kind == CursorKind.MACRO_DEFINITION:
            macro = read_macro(cursor, comments[path])
            api["constants"] += [macro] if macro else []
        elif cursor.kind == CursorKind.ENUM_DECL:
            # `typedef int32_t vav_x; enum { … };` is one thing; an enum without its typedef is a set of bits.
            about = {"name": previous.spelling, **documented(previous)} if previous else {
                "name": None, "doc": plain(cursor.raw_comment or "")}
            api["enums"].append({**about, "values": read_values(cursor, comments[path])})
        elif cursor.kind == CursorKind.TYPEDEF_DECL:
            underlying = cursor.underlying_typedef_type
            definition = underlying.get_declaration()
            if underlying.kind == TypeKind.FUNCTIONPROTO:
                known.add(cursor.spelling)
                api["callbacks"].append(read_callback(cursor, underlying, known))
            elif definition.kind != CursorKind.STRUCT_DECL:
                if underlying.spelling != "int32_t":
                    sys.exit(f"{cursor.spelling}: an enum's type must be int32_t")
                typedef = cursor
                known.add(cursor.spelling)
            elif definition.is_definition():
                known.add(cursor.spelling)
                api["structs"].append(read_struct(cursor, definition, known, comments[path]))
            else:
                known.add(cursor.spelling)
                api["handles"].append({"name": cursor.spelling, **documented(cursor)})
        elif cursor.kind == CursorKind.FUNCTION_DECL:
            api["functions"].append(read_function(cursor, known))
        for kind, count in before.items():
            api[kind][count:] = [{"header": path.name, **item} for item in api[kind][count:]]
    return api
