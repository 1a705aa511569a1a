"""Comparing embeddings: distance and decision. A smaller distance is closer."""
from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from . import _raw
from ._answer import Answer, OpenAnswer
from ._convert import FloatArray, as_floats, floats, known, shortest, shown
from ._embedding import EmbeddingLike, embedding, require_floats
from ._library import call, library
from .errors import bad_argument
from .faces import Face
from .rates import Support, rate_of, support_of


class Decision(OpenAnswer):
    """What a distance means at the threshold that was used. Compare it: `decision is Decision.MATCH`."""

    NOT_EVALUATED = "not evaluated"
    MATCH = "match"
    UNKNOWN = "unknown"
    INACTIVE = "inactive"
    """Of verify: the face is right, or near enough for a REVIEW, but the person may not be let in now."""
    AMBIGUOUS = "ambiguous"
    """Of a search: within the threshold, but the next person of the whole gallery is nearly as near."""
    REVIEW = "review"
    """Beyond the threshold, but near enough that a person should look at it."""

    def _how_to_ask(self) -> str:
        return "compare it with `is Decision.MATCH`"

    @classmethod
    def _kind(cls) -> str:
        return "decision"


LEAST_THRESHOLD, MOST_THRESHOLD = 1e-6, 1.2
"""The range of thresholds: above it strangers would match, below it nobody."""

_DECISIONS = {_raw.VAV_DECISION_NOT_EVALUATED: Decision.NOT_EVALUATED, _raw.VAV_DECISION_MATCH: Decision.MATCH,
              _raw.VAV_DECISION_UNKNOWN: Decision.UNKNOWN, _raw.VAV_DECISION_INACTIVE: Decision.INACTIVE,
              _raw.VAV_DECISION_AMBIGUOUS: Decision.AMBIGUOUS, _raw.VAV_DECISION_REVIEW: Decision.REVIEW}


@dataclass(frozen=True)
class Comparison(Answer):
    """The result of comparing one face with one other, or with one person. It is not true or false: ask `same`."""

    decision: Decision
    distance: float
    """0 and up, smaller is closer; inf: there was nothing to compare."""
    threshold: float
    """The threshold that was used."""
    reason: Optional[str] = None
    """Why the face cannot be compared, as in `Face.not_comparable_reason`; None if it can."""
    rate: Optional[float] = None
    """How often a stranger is within the threshold, 0..1. None: of `compare`, which does not know the models, and of
    models that nobody has measured."""
    support: Support = Support.NOT_EVALUATED
    """What is known of `rate`."""

    @property
    def same(self) -> bool:
        """True for a match. Of verify, False also for the right face of a person who may not be let in now."""
        return self.decision is Decision.MATCH

    def _how_to_ask(self) -> str:
        return "ask `.same`"


def default_threshold() -> float:
    """The threshold of the set of models "dlib" at which two strangers are taken for one person once in 1,000
    comparisons. Every set has its own: `Models.default_threshold`."""
    return shortest(library().vav_default_threshold())


def distance(a: EmbeddingLike, b: EmbeddingLike) -> float:
    """The distance between two faces or embeddings: Euclidean, but for the sets "dlib-1" and "sface-1", where that of
    two equal ones is not 0."""
    return float(_compare(a, b, MOST_THRESHOLD).distance)


def compare(a: EmbeddingLike, b: EmbeddingLike, threshold: Optional[float] = None) -> Comparison:
    """Are these two faces or embeddings of the same person? `threshold` None: that of the set of models that made the
    faces, and an ArgumentError where nobody has measured one for them. Of embeddings alone nobody knows the set: None
    means "dlib" then, and is an ArgumentError for those that this set does not make."""
    faces = [face for face in (a, b) if isinstance(face, Face)]
    usual = next((face.usual_threshold for face in faces if face.usual_threshold), None)
    unmeasured = next((face.set for face in faces if face.set and not face.usual_threshold), None)
    if threshold is None and usual is None and unmeasured:
        raise bad_argument(f"nobody has measured a threshold for the set of models {unmeasured!r}: give one")
    return comparison(_compare(a, b, to_threshold(usual if threshold is None else threshold)))


def compare_many(probe: EmbeddingLike, many: npt.ArrayLike) -> FloatArray:
    """The distances (n,) float32 between one embedding and each of many, (n, its length)."""
    one = embedding(probe, "probe")
    require_floats(many, "many")
    rows = as_floats(many, (None, len(one)), "many")
    out = np.empty(len(rows), dtype=np.float32)
    if len(rows):
        call("vav_compare_many", floats(out), floats(one), floats(rows), len(rows), len(one))
    return out


def to_threshold(threshold: Optional[float], what: str = "threshold") -> float:
    """The threshold for C, where 0 means the default. So a 0 from the caller is refused, also one that rounding to C's
    float would make."""
    if threshold is None:
        return 0.0
    try:
        number = math.nan if isinstance(threshold, (bool, np.bool_, str, bytes)) else float(threshold)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if 0 < number < 2 * MOST_THRESHOLD:
        number = shortest(number)  # numpy's 1.2 of 32 bits is a little more than Python's
    if not LEAST_THRESHOLD <= number <= MOST_THRESHOLD:
        given = shown(threshold) + (" (a str)" if isinstance(threshold, str) else "")
        raise bad_argument(f"{what} must be a number from {LEAST_THRESHOLD:.6f} to {MOST_THRESHOLD}, not {given}: "
                           "it is a distance, smaller is stricter, and above "
                           f"{MOST_THRESHOLD} strangers would match; leave it out or give None for the default")
    return number


def to_decision(number: int) -> Decision:
    """From C."""
    return Decision(known(_DECISIONS, number, "decision"))


def comparison(raw: Any) -> Comparison:
    """From C."""
    decision = to_decision(raw.decision)
    evaluated = decision is not Decision.NOT_EVALUATED
    return Comparison(decision, float(raw.distance) if evaluated else math.inf, shortest(raw.threshold),
                      rate=rate_of(raw.rate, raw.support), support=support_of(raw.support))


def _compare(a: EmbeddingLike, b: EmbeddingLike, threshold: float) -> Any:
    out = _raw.new(_raw.vav_comparison)
    if isinstance(a, Face) and isinstance(b, Face) and a.set and b.set and a.set != b.set:
        raise bad_argument(f"a was made by the set of models {a.set!r} and b by {b.set!r}: make both with one set")
    one, other = embedding(a, "a"), embedding(b, "b")
    if len(one) != len(other):
        raise bad_argument(f"a has {len(one)} numbers and b {len(other)}: they were made by different models")
    call("vav_compare", ctypes.byref(out), floats(one), floats(other), len(one), threshold)
    return out
