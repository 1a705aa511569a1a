"""Models: finds the files that the manifest names, checks their SHA-256 and loads them when they are first needed."""
from __future__ import annotations

import ctypes
import json
import os
from dataclasses import dataclass
from typing import Any, Optional

from . import _raw
from ._convert import PathLike, flag, from_c, maybe_from_c, path_to_c, struct, to_c
from ._handle import Handle
from ._interrupt import Uninterrupted
from ._library import call, library


@dataclass(frozen=True)
class ModelInfo:
    """One model of the manifest."""

    id: str
    file: str
    size: int
    """Size of the file in bytes."""
    sha256: str
    license: str
    """SPDX identifier."""
    source: str
    purpose: str
    optional: bool
    """True: the library does not need it; it is fetched and loaded only on request."""
    path: Optional[str]
    """Where the file was found, not yet checked; None: it was not found."""


class Models(Handle):
    """A set of models. Any number of engines and galleries may share it. Each file is read when it is first needed.

    Files are looked for in `directory` (None: the environment variable VISAVIS_MODELS), then in the cache of the user
    (unless `skip_user_cache`), then in the directory installed with the library.
    """

    _what = "set of models"

    def __init__(self, directory: Optional[PathLike] = None, *, skip_user_cache: bool = False) -> None:
        where = directory if directory is not None else os.environ.get("VISAVIS_MODELS") or None
        options = struct(_raw.vav_models_options, skip_user_cache=flag(skip_user_cache, "skip_user_cache"),
                         directory=None if where is None else path_to_c(where, "models directory"))
        out = ctypes.POINTER(_raw.vav_models)()
        with Uninterrupted(undo=self._abandon):
            call("vav_models_open", ctypes.byref(out), ctypes.byref(options))
            self._own(out, library().vav_models_destroy)

    def list(self) -> list[ModelInfo]:
        """Every model of the manifest, and where its file is."""
        with self._use() as pointer:
            return [_info(pointer, index) for index in range(library().vav_models_count(pointer))]

    def verify(self, id: str) -> None:
        """Compares the file of a model with the manifest. ModelError: it is missing or altered."""
        with self._use() as pointer:
            call("vav_models_verify", pointer, to_c(id, "id"))

    def install(self, id: str, path: PathLike) -> None:
        """Compares a file with the manifest and copies it into `directory`. The copy appears when it is complete."""
        with self._use() as pointer:
            call("vav_models_install", pointer, to_c(id, "id"), path_to_c(path))

    @property
    def directory(self) -> str:
        """The directory that `install` writes to; "" without a home directory."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_directory(pointer))


def manifest() -> dict[str, Any]:
    """The manifest that the library was built with."""
    parsed: dict[str, Any] = json.loads(library().vav_models_manifest())
    return parsed


def _info(pointer: Any, index: int) -> ModelInfo:
    raw = _raw.new(_raw.vav_model_info)
    call("vav_models_get_info", pointer, index, ctypes.byref(raw))
    return ModelInfo(id=from_c(raw.id), file=from_c(raw.file), size=raw.size, sha256=from_c(raw.sha256),
                     license=from_c(raw.license), source=from_c(raw.source), purpose=from_c(raw.purpose),
                     optional=bool(raw.optional), path=maybe_from_c(raw.path))
