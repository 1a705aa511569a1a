"""Converts times to those of the library: milliseconds since 1970, UTC. A date is a whole day of a time zone."""
from __future__ import annotations

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
    """The first moment of a day. If clocks are put forward at midnight, fold=0 gives the moment of the change."""
    naive = datetime(day.year, day.month, day.day)
    return naive.astimezone(timezone.utc) if zone is None else naive.replace(tzinfo=zone).astimezone(timezone.utc)


def to_milliseconds(time: Union[datetime, date], what: str, zone: Optional[tzinfo] = None, *,
                    over: bool = False) -> int:
    """A time for the library. A datetime without a zone is refused: it could mean any hour. Of a date it is the first
    moment, or with `over` the moment when the day is over."""
    if not isinstance(time, date) or (isinstance(time, datetime) and time.tzinfo is None):
        raise bad_argument(f"{what} must be a date, or a datetime with a time zone such as "
                           f"datetime.now(timezone.utc), not {shown(time)}")
    try:
        if not isinstance(time, datetime):
            time = _midnight(time + timedelta(days=1) if over else time, zone)
        milliseconds = (time - _EPOCH) // timedelta(milliseconds=1)
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
