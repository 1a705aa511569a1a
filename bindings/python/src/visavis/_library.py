"""Finds and loads the shared library, once, on first use."""
from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
import re
import sys
import threading
from contextlib import contextmanager
from typing import Any, Iterator, Optional

from . import _raw
from .errors import LibraryError, from_status

NATIVE = pathlib.Path(__file__).resolve().parent / "_native"
"""What a wheel has of the rest: `lib`, `bin` and `share`, as an installation under a prefix has them."""

_lock = threading.Lock()
_loaded: Optional[ctypes.CDLL] = None


def _file_names() -> list[str]:
    """File names of the library on this system. They hold the minor version: before 1.0 each may change the C API."""
    series = f"{_raw.VAV_VERSION_MAJOR}.{_raw.VAV_VERSION_MINOR}"
    if sys.platform == "win32":
        return ["visavis.dll"]
    if sys.platform == "darwin":
        return [f"libvisavis.{series}.dylib", "libvisavis.dylib"]
    return [f"libvisavis.so.{series}", "libvisavis.so"]


def _candidates() -> list[str]:
    """Where to look, best first. If VISAVIS_LIBRARY is set, only there."""
    given = os.environ.get("VISAVIS_LIBRARY")
    if given:
        return [os.path.join(given, name) for name in _file_names()] if os.path.isdir(given) else [given]
    beside = pathlib.Path(__file__).resolve().parent
    folders = (NATIVE / "lib", beside, pathlib.Path(sys.prefix, "lib"))
    found = [str(folder / name) for folder in folders for name in _file_names() if (folder / name).exists()]
    system = ctypes.util.find_library("visavis")
    return found + _file_names() + ([system] if system else [])


def _load() -> ctypes.CDLL:
    tried = []
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate)
        except OSError as problem:
            tried.append(f"  {candidate}: {problem}")
            continue
        _accept(library, candidate)
        return library
    raise LibraryError(_raw.VAV_E_FILE_NOT_FOUND, "the Visavis library could not be loaded. Looked at:\n" +
                       "\n".join(tried) + "\nInstall the library, or set VISAVIS_LIBRARY to its file or folder "
                       "(such as build/release/lib/libvisavis.so)")


def _accept(library: ctypes.CDLL, name: str) -> None:
    """Refuses a library whose structs or functions may differ from those of _raw.py."""
    wanted = f"{_raw.VAV_VERSION_MAJOR}.{_raw.VAV_VERSION_MINOR}"
    try:
        _raw.bind(library)
    except _raw.MissingFunction as missing:
        raise LibraryError(_raw.VAV_E_UNSUPPORTED,
                           f"{name} has no function {missing}: this package needs version {wanted} of it") from None
    number = library.vav_version_number()
    if (number // 10000, number // 100 % 100) != (_raw.VAV_VERSION_MAJOR, _raw.VAV_VERSION_MINOR):
        raise LibraryError(_raw.VAV_E_UNSUPPORTED,
                           f"{name} is version {library.vav_version().decode()}, this package needs {wanted}")


def library() -> Any:
    """The library, loaded on first use, with typed functions."""
    global _loaded
    if _loaded is None:
        with _lock:
            if _loaded is None:
                _loaded = _load()
    return _loaded


def call(name: str, *arguments: Any) -> None:
    """Calls a function whose last parameter is the error. Raises if it fails."""
    error = _raw.new(_raw.vav_error)
    status = getattr(library(), name)(*arguments, ctypes.byref(error))
    if status != _raw.VAV_OK:
        raise from_status(status, in_our_words(error.message.decode("utf-8", "replace")))


# Where an argument has another name than the member of the C API's struct.
_ARGUMENTS = {"max_candidates": "candidates", "busy_timeout_ms": "busy_timeout", "expires_at": "expires",
              "new_key": "key"}
_MEMBER = re.compile(r"(?<![\w./-])(?:options|fields|query|detect|analyze|search)\.([a-z_]+)(?![\w.]*\.)")


def in_our_words(message: str) -> str:
    """The library speaks of the members of its structs: here they are arguments."""
    message = message.replace("give a longer busy_timeout_ms", "give a longer busy_timeout")
    message = re.sub(r"\bembeddings\[(\d+)\]\[(\d+)\]", r"number \2 of embedding \1", message)
    return _MEMBER.sub(lambda match: _ARGUMENTS.get(match[1], match[1]), message)


@contextmanager
def results(kind: type[Any], count: int, name: str, *arguments: Any) -> Iterator[list[Any]]:
    """Calls a function whose first parameter takes `count` results of a type. They are destroyed when `with` is left.
    Only for use within `Uninterrupted`, such as after `Handle._use`: else Ctrl-C could come before that is arranged."""
    out = (ctypes.POINTER(kind) * count)()
    call(name, out, *arguments)
    try:
        yield list(out)
    finally:
        destroy = getattr(library(), f"{kind.__name__}_destroy")
        for one in out:
            destroy(one)


@contextmanager
def result(kind: type[Any], name: str, *arguments: Any) -> Iterator[Any]:
    """The same for one result."""
    with results(kind, 1, name, *arguments) as [out]:
        yield out
