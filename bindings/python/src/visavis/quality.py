"""Quality: what is good and what is bad about the picture of a face, measure by measure."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, Optional

from . import _raw
from ._answer import Answer
from ._convert import from_c, shortest
from ._library import call, library


@dataclass(frozen=True)
class Quality(Answer):
    """One measure of ISO/IEC 29794-5 of one face. sdk/docs/quality.md has the formulas, and what they do not tell."""

    measure: str
    """Such as "head_size"."""
    raw: Optional[float]
    """The native value, in the measure's own unit; None: not evaluated."""
    score: Optional[int]
    """The component value, 0..100, more is better; None: not evaluated."""
    approximate: bool
    """Something that the standard's definition needs was taken from what faces usually look like."""
    gap: Optional[str]
    """Why it was not evaluated: "points", "outside", "grey", "turned", "faces"; later versions may know more."""
    advice: str
    """What would make the value better; "" where nothing would or it was not evaluated. It does not say that the value
    is not good enough: that depends on the use."""

    def _how_to_ask(self) -> str:
        return "look at `.score` or `.raw`"


def quality_of(pointer: Any, index: int) -> dict[str, Quality]:
    """All measures of face `index` of a vav_faces, by name."""
    lib = library()
    found = {}
    for place in range(lib.vav_quality_count()):
        raw = _raw.new(_raw.vav_quality)
        call("vav_faces_get_quality", pointer, index, lib.vav_quality_at(place), ctypes.byref(raw))
        name = from_c(lib.vav_quality_name(raw.measure))
        known = raw.state != _raw.VAV_QUALITY_NOT_EVALUATED
        found[name] = Quality(name, shortest(raw.raw) if known else None, int(raw.score) if known else None,
                              raw.state == _raw.VAV_QUALITY_APPROXIMATE,
                              None if known else from_c(lib.vav_quality_gap_name(raw.gap)),
                              from_c(lib.vav_quality_advice(ctypes.byref(raw))))
    return found
