"""Options of a search, as the C API takes them."""
from __future__ import annotations

import ctypes
from datetime import datetime, tzinfo
from typing import Iterable, Optional, Union

from . import _raw
from ._convert import at_least_one, flag, identifier, several, struct, to_c
from ._names import folded
from ._times import to_milliseconds
from ._comparing import to_threshold
from .errors import bad_argument
from .rates import Preset, require_only_one, to_preset, to_rate


class How:
    """The options and what they borrow: keep this object until the call has ended."""

    def __init__(self, zone: Optional[tzinfo], *, candidates: int = 5, threshold: Optional[float] = None,
                 only_within_threshold: bool = False, best_of: int = 1, groups: Union[str, Iterable[str], None] = None,
                 persons: Optional[Iterable[int]] = None, include_inactive: bool = False, note_seen: bool = False,
                 now: Optional[datetime] = None, false_rate: Optional[float] = None,
                 preset: Union[Preset, str, None] = None) -> None:
        require_only_one(threshold, false_rate, preset)
        self.options = struct(_raw.vav_identify_options, max_candidates=at_least_one(candidates, "candidates"),
                              threshold=to_threshold(threshold), false_rate=to_rate(false_rate),
                              preset=to_preset(preset),
                              only_within_threshold=flag(only_within_threshold, "only_within_threshold"),
                              best_of=at_least_one(best_of, "best_of"),
                              include_inactive=flag(include_inactive, "include_inactive"),
                              note_seen=flag(note_seen, "note_seen"),
                              now=0 if now is None else to_milliseconds(now, "now", zone))
        if groups is not None:
            names = [groups] if isinstance(groups, str) else list(several(groups, "groups", "names"))
            texts = [to_c(name, "groups") for name in names]
            if any(not folded(name) for name in names):
                raise bad_argument("groups holds a name that is blank: give one that can be read")
            _require_some(texts, "groups", "all")
            self._names = (ctypes.c_char_p * len(texts))(*texts)
            self.options.group_count = len(texts)
            self.options.groups = ctypes.cast(self._names, type(self.options.groups))
        if persons is not None:
            numbers = [identifier(person, "persons") for person in several(persons, "persons", "ids")]
            _require_some(numbers, "persons", "everybody")
            self._ids = (ctypes.c_int64 * len(numbers))(*numbers)
            self.options.person_count = len(numbers)
            self.options.persons = ctypes.cast(self._ids, type(self.options.persons))


def _require_some(values: Union[list[bytes], list[int]], what: str, all_of_them: str) -> None:
    """Refuses an empty list: it could mean nobody, or be a mistake."""
    if not values:
        raise bad_argument(f"{what} is empty, which lets nobody through or is a mistake: leave {what} out for "
                           f"{all_of_them}")
