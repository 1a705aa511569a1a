"""Quality: what is good and what is bad about the picture of a face, measure by measure."""
from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Union

from . import _raw
from ._answer import Answer
from ._convert import choice, flag, from_c, real, shortest, shown, struct
from ._library import call, library, result
from .errors import bad_argument

_KINDS = {"strict": _raw.VAV_POLICY_STRICT, "normal": _raw.VAV_POLICY_NORMAL, "lenient": _raw.VAV_POLICY_LENIENT}


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


@dataclass(frozen=True)
class Policy:
    """How good the picture of a face must be. sdk/docs/quality.md has the limits."""

    kind: str = "normal"
    """"strict", "normal" or "lenient": whose limits hold."""
    limits: Mapping[str, tuple[Optional[float], Optional[float]]] = field(default_factory=dict)
    """Other limits for some measures: the least and the most of the native value, None for no bound. Such as
    {"inter_eye_distance": (60, None)}."""
    portrait: bool = False
    """There must also be so much of the picture around the face as `Engine.cut_portrait` shows."""


def to_policy(policy: Union[Policy, str, None], name: str = "policy") -> Optional[Any]:
    """The struct for C; None for none. It keeps what it points to."""
    if policy is None:
        return None
    asked = Policy(policy) if isinstance(policy, str) else policy
    if not isinstance(asked, Policy):
        raise bad_argument(f'{name} must be "strict", "normal", "lenient" or a visavis.Policy, not {shown(policy)}')
    kind = choice(asked.kind, _KINDS, f"{name}.kind")
    if not isinstance(asked.limits, Mapping):
        raise bad_argument(f"{name}.limits must be a mapping, not {shown(asked.limits)}")
    limits = [_limit(measure, bounds, f"{name}.limits") for measure, bounds in asked.limits.items()]
    array = (_raw.vav_quality_limit * len(limits))(*limits)
    made = struct(_raw.vav_policy, portrait=flag(asked.portrait, f"{name}.portrait"), limit_count=len(limits),
                  limits=array if limits else None)
    made.kind = kind
    return made


def _limit(measure: Any, bounds: Any, name: str) -> Any:
    lib = library()
    numbers = [lib.vav_quality_at(place) for place in range(lib.vav_quality_count())]
    number = choice(measure, {from_c(lib.vav_quality_name(one)): one for one in numbers}, name)
    if not isinstance(bounds, (tuple, list)) or len(bounds) != 2:
        raise bad_argument(f"{name}[{shown(measure)}] must be the least and the most, such as (60, None), not "
                           f"{shown(bounds)}")
    least, most = (none if bound is None else real(bound, name)
                   for bound, none in zip(bounds, (-math.inf, math.inf)))
    return _raw.vav_quality_limit(number, least, most)


def refusals_of(pointer: Any, index: int, policy: Any) -> list[str]:
    """Why face `index` of a vav_faces is refused by a policy from to_policy."""
    lib = library()
    with result(_raw.vav_refusals, "vav_faces_check_quality", pointer, index, ctypes.byref(policy)) as refusals:
        texts = []
        for place in range(lib.vav_refusals_count(refusals)):
            raw = _raw.new(_raw.vav_refusal)
            call("vav_refusals_get", refusals, place, ctypes.byref(raw))
            texts.append(from_c(raw.text))
        return texts
