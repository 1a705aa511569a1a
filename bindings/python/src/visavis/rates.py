"""Error rates: how often strangers are taken for somebody, and the thresholds that follow."""
from __future__ import annotations

import ctypes
import enum
from dataclasses import dataclass
from typing import Any, Optional, Union

from . import _raw
from ._convert import choice, real, shortest, shown
from .errors import bad_argument


class Preset(str, enum.Enum):
    """Named error rates. "Search" is how often a stranger is named by a search, "comparison" how often two strangers
    are taken for one person. In a search the threshold is the lower, the more templates the gallery has."""

    STANDARD = "standard"
    """Search 1 %, comparison 0.1 %. The default where the gallery has no threshold of its own."""
    PHOTOS = "photos"
    """Search 10 %, comparison 1 %: suggestions that a person looks at."""
    DOOR = "door"
    """Search 0.1 %, comparison 0.01 %. Up to ten times these rates the decision is REVIEW. If the next person is nearly
    as near, it is AMBIGUOUS."""
    COMPAT = "compat"
    """The threshold that those who published the model use: 0.6 for "dlib" (for "dlib-1" and "sface-1" one that errs as
    often with strangers as theirs), whatever the gallery holds. Of 100 persons
    half of all strangers are named, of 1,000 nearly all."""

    def __str__(self) -> str:
        return str(self.value)


class Support(str, enum.Enum):
    """What is known of a rate."""

    NOT_EVALUATED = "not evaluated"
    """Nobody has measured these models."""
    MEASURED = "measured"
    EXTRAPOLATED = "extrapolated"
    """So many strangers were not compared. The threshold is a careful guess."""

    def __str__(self) -> str:
        return str(self.value)


_PRESETS = {"standard": _raw.VAV_PRESET_STANDARD, "photos": _raw.VAV_PRESET_PHOTOS, "door": _raw.VAV_PRESET_DOOR,
            "compat": _raw.VAV_PRESET_COMPAT}
_TABLES = {_raw.VAV_TABLE_LIBRARY: "library", _raw.VAV_TABLE_OWN: "own"}
_SUPPORTS = {_raw.VAV_SUPPORT_MEASURED: Support.MEASURED, _raw.VAV_SUPPORT_EXTRAPOLATED: Support.EXTRAPOLATED}


@dataclass(frozen=True)
class Similarity:
    """How probable it is that two faces are of one person."""

    probability: Optional[float]
    """Above 0 and below 1; None if not evaluated: nobody has measured these models, or there was nothing to compare."""
    support: Support
    """EXTRAPOLATED: nearer or farther than what was counted. The probability is then that of the last that was."""


@dataclass(frozen=True)
class Limits:
    """How distances are decided."""

    threshold: float
    """The largest distance of a match."""
    review: float
    """The largest distance of a REVIEW; equal to `threshold`: there is no REVIEW."""
    margin: float
    """A distance: if the next person is not farther than the nearest by this, it is AMBIGUOUS; 0: never."""
    rate: Optional[float]
    """How often a stranger is a match, 0..1; None if nobody has measured these models."""
    support: Support
    """What is known of `rate`."""
    comparisons: int
    """The number of templates that a face is compared with."""
    table: Optional[str] = None
    """Where the rate comes from: "library", "own" (`Models(calibration=…)`), or None: there is no table."""
    persons: int = 0
    """How many persons that table was made of."""


def require_only_one(threshold: Optional[float], false_rate: Optional[float], preset: Union[Preset, str, None]) -> None:
    """Refuses what says in two ways what a match is."""
    if sum(one is not None for one in (threshold, false_rate, preset)) > 1:
        raise bad_argument("give only one of threshold, false_rate and preset: each says what a match is")


def to_preset(preset: Union[Preset, str, None]) -> int:
    """The number for C; 0 for None."""
    if preset is None:
        return int(_raw.VAV_PRESET_DEFAULT)
    return choice(preset.value if isinstance(preset, Preset) else preset, _PRESETS, "preset")


def to_rate(rate: Optional[float]) -> float:
    """The rate for C, where 0 means that none is given. So a 0 from the caller is refused."""
    if rate is None:
        return 0.0
    number = real(rate, "false_rate")
    if not 1e-30 <= number <= 0.5:
        raise bad_argument(f"false_rate must be above 0 and at most 0.5, not {shown(rate)}: it is how often a stranger "
                           "may be taken for somebody, such as 0.001; leave it out or give None for that of the preset")
    return number


def to_prior(prior: Optional[float]) -> float:
    """The prior for C, where 0 means 0.5. So a 0 from the caller is refused, and what a float would round to 1."""
    if prior is None:
        return 0.0
    number = real(prior, "prior")
    if not 0 < ctypes.c_float(number).value < 1:
        raise bad_argument(f"prior must be above 0 and below 1, not {shown(prior)}: it is how probable one person is "
                           "before the faces are looked at, such as 0.5")
    return number


def support_of(number: int) -> Support:
    """From C. What only a newer library knows is not evaluated."""
    return _SUPPORTS.get(number, Support.NOT_EVALUATED)


def rate_of(rate: float, support: int) -> Optional[float]:
    """From C."""
    return shortest(rate) if support_of(support) is not Support.NOT_EVALUATED else None


def limits(raw: Any) -> Limits:
    """From C."""
    return Limits(shortest(raw.threshold), shortest(raw.review), shortest(raw.margin), rate_of(raw.rate, raw.support),
                  support_of(raw.support), int(raw.comparisons), _TABLES.get(raw.table), int(raw.persons))
