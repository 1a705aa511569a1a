"""The library that was loaded: its version, what it was built with and what it runs on."""
from __future__ import annotations

import ctypes
import json
from typing import Any

from ._convert import from_c
from ._library import library


def library_version() -> str:
    """The library's version, such as "0.1.0"."""
    return from_c(library().vav_version())


def describe() -> dict[str, Any]:
    """The library and the machine: "version", "dependencies" {name: version}, "cpu" {"features", "threads"},
    "backends", "detectors"."""
    lib = library()
    buffer = ctypes.create_string_buffer(lib.vav_describe(None, 0) + 1)
    lib.vav_describe(buffer, len(buffer))
    parsed: dict[str, Any] = json.loads(buffer.value)
    return parsed
