"""Dates are whole days: in a zone that is named, in any tzinfo, and in the machine's, as the command has them."""
import time
import zoneinfo
from datetime import date, datetime, timedelta, timezone, tzinfo

import pytest

import visavis
from visavis import Gallery

DAYS = [  # zone, day, its first moment, when it is over; in UTC
    ("Africa/Cairo", date(2026, 4, 23), "2026-04-22T22:00", "2026-04-23T22:00"),  # the next day has no midnight
    ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00", "2026-04-24T21:00"),
    ("America/Havana", date(2027, 3, 13), "2027-03-13T05:00", "2027-03-14T05:00"),
    ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00", "2026-11-02T05:00"),
    ("America/Santiago", date(2024, 9, 8), "2024-09-08T04:00", "2024-09-09T03:00"),
    ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T10:00", "2011-12-30T10:00"),
    ("Europe/Berlin", date(2026, 7, 1), "2026-06-30T22:00", "2026-07-01T22:00"),
    ("Europe/Berlin", date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00"),
]


class Localizing(tzinfo):
    """As zones of pytz are: right from UTC, and a local mean time for what nobody has localized."""

    def __init__(self, name):
        self._zone = zoneinfo.ZoneInfo(name)

    def utcoffset(self, when):
        return timedelta(minutes=53)

    def dst(self, when):
        return timedelta(0)

    def fromutc(self, when):
        return when.replace(tzinfo=timezone.utc).astimezone(self._zone)


@pytest.fixture
def machine(monkeypatch):
    """machine("Africa/Cairo") sets the zone of the machine."""
    def put(zone):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
    yield put
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("zone, day, begins, is_over", DAYS)
@pytest.mark.parametrize("way", ["machine", "named", "pytz"])
def test_a_date_is_the_whole_day(engine, tmp_path, machine, way, zone, day, begins, is_over):
    try:
        zoneinfo.ZoneInfo(zone)
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip(f"no time zone data for {zone}")
    machine(zone if way == "machine" else "Asia/Tokyo")
    named = {"machine": None, "named": zone, "pytz": Localizing(zone)}[way]
    with Gallery(tmp_path / "people.vav", engine=engine, timezone=named) as people:
        person = people.person(people.add_person("Ada", valid_from=day, valid_until=day))
    assert person.valid_from == datetime.fromisoformat(begins + "+00:00")
    assert person.valid_until == datetime.fromisoformat(is_over + "+00:00")


@pytest.mark.parametrize("zone", ["Europe/Brelin", "+02:00", "12", "AB3", "Europe", "zone.tab", "/etc/passwd", ":x"])
def test_a_zone_of_the_machine_that_nobody_knows_is_refused(people, machine, zone):
    """The C library takes it for UTC, silently."""
    machine(zone)
    with pytest.raises(visavis.ArgumentError, match="TZ"):
        people.add_person("Ada", valid_until=date(2030, 1, 1))
    people.add_person("Ada", valid_until=datetime(2030, 1, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize("zone", ["UTC", "", "UTC0", "<+00>-0", ":UTC0", "GMT0BST,M3.5.0/1,M10.5.0"])
def test_rules_are_zones(people, machine, zone):
    machine(zone)
    ada = people.person(people.add_person("Ada", valid_from=date(2030, 1, 1)))
    assert ada.valid_from == datetime(2030, 1, 1, tzinfo=timezone.utc)


LAST = datetime.max.replace(tzinfo=timezone.utc)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_last_days_that_python_has(people, machine, zone):
    machine(zone)
    for day in (date(9999, 12, 30), date(9999, 12, 31)):
        ada = people.add_person("Ada", valid_from=day, valid_until=day, expires=day)
        person = people.person(ada)
        assert person.valid_from < person.valid_until == person.expires <= LAST
        assert people.find(f"id:{ada}").valid_until == person.valid_until
        people.update_person(ada, valid_until=person.valid_until)


def test_a_time_that_python_cannot_say_breaks_nothing(people, monkeypatch, photo):
    """The command and C take what is later than year 9999."""
    with monkeypatch.context() as patch:
        patch.setattr(visavis._times, "to_milliseconds", lambda *_, **__: 2**53)
        ada = people.add_person("Ada", valid_until=LAST, expires=LAST, consent_at=LAST)
    people.enroll("Ada", photo("obama.jpg"))
    person = people.person(ada)
    assert person.valid_until == person.expires == person.consent_at == LAST
    assert [one.id for one in people.persons()] == [ada] == [people.find("Ada").id]
    assert people.verify("Ada", photo("obama.jpg")).same
    people.enroll("Bo", photo("biden.jpg"))
    people.update_person("Ada", enabled=True)
    people.forget_person("Ada")
