"""Comparing embeddings: distance and decision. A smaller distance is closer."""
from __future__ import annotations

import ctypes
import enum
import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from . import _raw
from ._convert import EmbeddingLike, FloatArray, as_floats, embedding, floats
from ._library import call, library
from .errors import bad_argument


class Decision(str, enum.Enum):
    """What a distance means at the threshold that was asked for."""

    NOT_EVALUATED = "not evaluated"
    MATCH = "match"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)


DECISIONS = {_raw.VAV_DECISION_NOT_EVALUATED: Decision.NOT_EVALUATED, _raw.VAV_DECISION_MATCH: Decision.MATCH,
             _raw.VAV_DECISION_UNKNOWN: Decision.UNKNOWN}


@dataclass(frozen=True)
class Comparison:
    """The outcome of comparing one with one."""

    decision: Decision
    distance: float
    """Euclidean, 0 and up, smaller is closer; inf when there was nothing to compare."""
    threshold: float
    """The one that decided."""

    @property
    def same(self) -> bool:
        """Was it decided that both are the same person?"""
        return self.decision is Decision.MATCH


def default_threshold() -> float:
    """The threshold used when none is given: 0.6, dlib's own."""
    return float(library().vav_default_threshold())


def distance(a: EmbeddingLike, b: EmbeddingLike) -> float:
    """The Euclidean distance between two faces or embeddings."""
    return float(_compare(a, b, 0.0).distance)


def compare(a: EmbeddingLike, b: EmbeddingLike, threshold: Optional[float] = None) -> Comparison:
    """Are these two faces or embeddings of the same person? `threshold` None is the default."""
    return comparison(_compare(a, b, to_threshold(threshold)))


def compare_many(probe: EmbeddingLike, many: npt.ArrayLike) -> FloatArray:
    """The distances (n,) float32 between one embedding and each of many, (n, 128)."""
    rows = as_floats(many, (None, _raw.VAV_EMBEDDING_DIM), "many")
    out = np.empty(len(rows), dtype=np.float32)
    if len(rows):
        call("vav_compare_many", floats(out), floats(embedding(probe, "probe")), floats(rows), len(rows))
    return out


def to_threshold(threshold: Optional[float]) -> float:
    """C's threshold, where 0 means the default: a 0 the caller wrote would silently become 0.6."""
    if threshold is None:
        return 0.0
    if not threshold > 0:
        raise bad_argument(f"threshold must be above 0, not {threshold}; None is the default")
    return float(threshold)


def comparison(raw: Any) -> Comparison:
    """From C."""
    decision = DECISIONS[raw.decision]
    evaluated = decision is not Decision.NOT_EVALUATED
    return Comparison(decision, float(raw.distance) if evaluated else math.inf, float(raw.threshold))


def _compare(a: EmbeddingLike, b: EmbeddingLike, threshold: float) -> Any:
    out = _raw.new(_raw.vav_comparison)
    call("vav_compare", ctypes.byref(out), floats(embedding(a, "a")), floats(embedding(b, "b")), threshold)
    return out
