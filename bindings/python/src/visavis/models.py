"""Models: the files the manifest names, found, checked against their SHA-256 and loaded when first needed."""
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
    """One model as the manifest describes it."""

    id: str
    file: str
    size: int
    """bytes"""
    sha256: str
    license: str
    """SPDX identifier"""
    source: str
    purpose: str
    optional: bool
    """Nothing needs it; never fetched or loaded unless asked for."""
    path: Optional[str]
    """Where it was found just now, not yet checked; None: nowhere."""


class Models(Handle):
    """A set of models, shared by any number of engines and galleries. Reads no file before it is needed.

    `directory` is looked in first: the argument, else the environment variable VISAVIS_MODELS. Then come the per-user
    cache and the directory installed beside the library; with `skip_user_cache` the cache is left out.
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
        """Every model of the manifest, and where it is."""
        with self._use() as pointer:
            return [_info(pointer, index) for index in range(library().vav_models_count(pointer))]

    def verify(self, id: str) -> None:
        """Compares a model's file with the manifest; raises ModelError when it is missing or altered."""
        with self._use() as pointer:
            call("vav_models_verify", pointer, to_c(id, "id"))

    def install(self, id: str, path: PathLike) -> None:
        """Checks a file against the manifest and copies it, atomically, into `directory`."""
        with self._use() as pointer:
            call("vav_models_install", pointer, to_c(id, "id"), path_to_c(path))

    @property
    def directory(self) -> str:
        """Where `install` writes; "" when there is no home."""
        with self._use() as pointer:
            return from_c(library().vav_models_get_directory(pointer))


def manifest() -> dict[str, Any]:
    """The manifest the library was built with."""
    parsed: dict[str, Any] = json.loads(library().vav_models_manifest())
    return parsed


def _info(pointer: Any, index: int) -> ModelInfo:
    raw = _raw.new(_raw.vav_model_info)
    call("vav_models_get_info", pointer, index, ctypes.byref(raw))
    return ModelInfo(id=from_c(raw.id), file=from_c(raw.file), size=raw.size, sha256=from_c(raw.sha256),
                     license=from_c(raw.license), source=from_c(raw.source), purpose=from_c(raw.purpose),
                     optional=bool(raw.optional), path=maybe_from_c(raw.path))
