"""Converts times to those of the library: milliseconds since 1970, UTC. A date is a whole day of a time zone."""
from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Literal, Optional, Union

from . import _raw
from ._convert import shown
from .errors import bad_argument

Time = Union[datetime, date, Literal["none"], None]
"""A datetime must have a time zone. A date is the whole day in the gallery's `timezone`. "none" removes a time, None
leaves it as it is."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def to_zone(zone: Union[str, tzinfo, None]) -> Optional[tzinfo]:
    """From an IANA name or a tzinfo; None means the zone of the machine."""
    if zone is None or isinstance(zone, tzinfo):
        return zone
    import zoneinfo
    try:
        return zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise bad_argument(f"timezone {shown(zone)} is unknown: give an IANA name such as 'Europe/Berlin' (its data "
                           "comes with the system or with the package tzdata), or a tzinfo") from None


def _midnight(day: date, zone: Optional[tzinfo]) -> datetime:
    """The first moment of a day. If clocks are put forward at midnight, the moment of the change: looked for in UTC,
    where each zone, of any maker, says what its clocks show."""
    step = timedelta(minutes=15)
    late = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(days=2)
    start = late
    while late.astimezone(zone).date() < day:
        if late - start > timedelta(days=4):
            raise ValueError("a zone without that day")
        late += step
    early = late - step
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).date() < day:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


# As POSIX has it: CET-1CEST,M3.5.0,M10.5.0/3 or <+03>-3.
_NAME, _TIME = r"(?:<[A-Za-z0-9+-]{3,}>|[A-Za-z]{3,})", r"[+-]?\d{1,3}(?::\d{2}){0,2}"
_CHANGE = rf",(?:M\d{{1,2}}\.\d\.\d|J?\d{{1,3}})(?:/{_TIME})?"
_RULE = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}(?:{_TIME})?(?:{_CHANGE}{_CHANGE})?)?", re.ASCII)


def _require_known_machine_zone() -> None:
    """Refuses a TZ that the C library would take for UTC, silently."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if name in ("", "UTC", "GMT") or _RULE.fullmatch(name):
        return
    folder = os.environ.get("TZDIR") or "/usr/share/zoneinfo"
    try:
        with open(os.path.join(folder, name), "rb") as file:
            if file.read(4) == b"TZif":
                return
    except (OSError, ValueError):
        pass
    raise bad_argument(f"the environment's TZ is {shown(name)}, which is no zone of {folder}, so that it is unknown "
                       "when a day begins: set it to an IANA name such as Europe/Berlin, or give a timezone")


def to_milliseconds(time: Union[datetime, date], what: str, zone: Optional[tzinfo] = None, *,
                    over: bool = False) -> int:
    """A time for the library. A datetime without a zone is refused: it could mean any hour. Of a date it is the first
    moment, or with `over` the moment when the day is over."""
    if not isinstance(time, date) or (isinstance(time, datetime) and time.tzinfo is None):
        raise bad_argument(f"{what} must be a date, or a datetime with a time zone such as "
                           f"datetime.now(timezone.utc), not {shown(time)}")
    if zone is None and not isinstance(time, datetime):
        _require_known_machine_zone()
    try:
        rest = timedelta(0)
        if not isinstance(time, datetime):
            if over and time == date.max:
                rest = timedelta(days=1)  # the day after it is none for Python, but is for the library
            elif over:
                time += timedelta(days=1)
            time = _midnight(time, zone)
        milliseconds = (time - _EPOCH + rest) // timedelta(milliseconds=1)
    except (OverflowError, ValueError):
        raise bad_argument(f"{what} is out of range: {time}") from None
    if milliseconds <= 0:
        raise bad_argument(f"{what} must be after 1970-01-01, not {time}")
    return milliseconds


def field(time: Time, what: str, zone: Optional[tzinfo]) -> int:
    """A time for vav_person_fields. A date that ends something means the moment when that day is over."""
    if time is None:
        return 0
    if isinstance(time, str):
        if time == "none":
            return _raw.VAV_TIME_NONE
        raise bad_argument(f"{what} must be a date, a datetime with a time zone or 'none', not {shown(time)}")
    return to_milliseconds(time, what, zone, over=what in ("valid_until", "expires_at"))
