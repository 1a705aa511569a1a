"""Dates mean whole days of a zone that is said; what is kept is UTC."""
import os
import pathlib

import pytest

WRONG_USE, FAILED = 2, 3
ZONES = pathlib.Path(os.environ.get("TZDIR") or "/usr/share/zoneinfo")


@pytest.fixture
def gallery(gallery_of, tmp_path):
    return gallery_of(tmp_path / "people.vav", Ada="obama.jpg")


@pytest.fixture
def edit(visavis, gallery):
    """edit("--valid-until", "2026-12-31", zone="…") gives the person afterwards."""
    def change(*options, zone="UTC", code=0, env=None):
        if zone and zone != "UTC" and not (ZONES / zone).exists():
            pytest.skip(f"no time zone data for {zone} (Debian: tzdata)")
        zones = ["--timezone", zone] if zone else []
        done = visavis("person", "edit", "-g", gallery, "1", *zones, *options, json=True, code=code,
                       env={**os.environ, **(env or {})})
        return done[0]
    return change


@pytest.mark.parametrize("zone, text, begins, is_over", [
    ("UTC", "2026-12-31", "2026-12-31T00:00:00", "2027-01-01T00:00:00"),
    ("Europe/Berlin", "2026-12-31", "2026-12-30T23:00:00", "2026-12-31T23:00:00"),
    ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),  # 23 hours long
    ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),  # 25 hours long
    ("America/New_York", "2026-07-04", "2026-07-04T04:00:00", "2026-07-05T04:00:00"),
    ("Asia/Kolkata", "2026-02-28", "2026-02-27T18:30:00", "2026-02-28T18:30:00"),
    ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00", "2026-01-01T10:00:00"),
    ("America/Santiago", "2024-09-08", "2024-09-08T04:00:00", "2024-09-09T03:00:00"),  # has no midnight: 00:00 is 01:00
    ("America/Santiago", "2024-09-07", "2024-09-07T04:00:00", "2024-09-08T04:00:00"),  # and so this ends then
    ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00", "2011-12-30T10:00:00"),  # the 30th was left out there
    ("UTC", "2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
])
def test_a_date_is_the_whole_day(edit, zone, text, begins, is_over):
    person = edit("--valid-from", text, "--valid-until", text, "--expires", text, "--consent-at", text, zone=zone)
    assert person["valid_from"] == person["consent_at"] == begins + ".000Z"
    assert person["valid_until"] == person["expires_at"] == is_over + ".000Z"


@pytest.mark.parametrize("zone, text, utc", [
    ("UTC", "2026-12-31T18:00:00Z", "2026-12-31T18:00:00.000"), ("UTC", "2026-12-31T18:00", "2026-12-31T18:00:00.000"),
    ("Europe/Berlin", "2026-12-31T18:00", "2026-12-31T17:00:00.000"),
    ("Europe/Berlin", "2026-07-31 18:00:30.25", "2026-07-31T16:00:30.250"),
    ("Europe/Berlin", "2026-12-31T18:00:00+05:30", "2026-12-31T12:30:00.000"),
    ("Europe/Berlin", "2026-12-31T18:00:00-0800", "2027-01-01T02:00:00.000"),
    ("Europe/Berlin", "2026-12-31T18:00:00z", "2026-12-31T18:00:00.000"),
    ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000"),  # comes twice: the first
])
def test_a_moment_is_what_it_is(edit, zone, text, utc):
    person = edit("--valid-until", text, "--consent-at", text, zone=zone)
    assert person["consent_at"] == person["valid_until"] == utc + "Z"


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "31.12.2026", "2026-12-31T25:00", "2026-12-31T",
                                  "1969-12-31", "2026-12-31T18:00+", "2026-12-31T18:00+02:99", "20261231", "tomorrow",
                                  "-1", "99999-01-01", "2026-12-31T18:00:00Zx", "2026-12-31T18:00 Europe/Berlin"])
def test_what_is_no_time(edit, text):
    error = edit("--valid-until", text, code=WRONG_USE)["error"]
    assert text in error["message"]


@pytest.mark.parametrize("text", ["1970-01-01", "1970-01-01T00:30"])
def test_what_begins_before_1970_in_utc(edit, text):
    error = edit("--valid-from", text, zone="Europe/Berlin", code=WRONG_USE)["error"]
    assert text in error["message"] and "before 1970" in error["message"]


def test_a_time_that_the_clock_leaves_out(edit):
    error = edit("--valid-from", "2026-03-29T02:30", zone="Europe/Berlin", code=WRONG_USE)["error"]
    assert "put forward" in error["message"]


def test_zones(edit):
    for name in ("Mars/Olympus", "Europe", "zone.tab", "+02:00", "../../etc/passwd", "/etc/localtime", "x y",
                 "CET-1;x"):
        error = edit(f"--timezone={name}", "--enable", zone=None, code=WRONG_USE)["error"]
        assert "--timezone is" in error["message"]
    if (ZONES / "Asia/Tokyo").exists():
        assert edit("--valid-from", "2026-01-01", zone=None, env={"TZ": "Asia/Tokyo"})["valid_from"] == \
            "2025-12-31T15:00:00.000Z"  # the machine's


def test_purge_as_of_a_date(visavis, edit, gallery):
    edit("--expires", "2026-12-31")
    for day, removed in (("2026-12-31", 0), ("2027-01-01", 1)):
        [line] = visavis("gallery", "purge", "-g", gallery, "--timezone", "UTC", "--now", day, json=True)
        assert line["removed"] == removed


@pytest.mark.parametrize("zone", ["Foo/Bar", ":Foo/Bar", "Berlin", "/nowhere", "+02:00", "02:00", "12", "AB3",
                                  "Europe", "zone.tab", "/etc/passwd", "CET-1CEST,x", "UTC+2 "])
def test_a_zone_of_the_machine_that_nobody_knows_is_refused(edit, zone):
    """The C library takes it for UTC, silently."""
    done = edit("--valid-until", "2030-01-01", zone="", code=WRONG_USE, env={"TZ": zone})
    assert zone.strip(":") in done["error"]["message"] and "--timezone" in done["error"]["message"]
    assert edit("--valid-until", "2030-01-01T00:00Z", zone="", env={"TZ": zone})["valid_until"].startswith("2030-01-01")
    assert edit("--valid-until", "2030-01-01", env={"TZ": zone})["valid_until"].startswith("2030-01-02")


@pytest.mark.parametrize("zone", ["UTC", "", "UTC0", "<+00>-0", "GMT0BST,M3.5.0/1,M10.5.0", ":UTC0",
                                  "<UTC>+0:00:00", "GMT0BST"])
def test_rules_are_zones(edit, zone):
    assert edit("--valid-until", "2030-01-01", zone="", env={"TZ": zone})["valid_until"] == "2030-01-02T00:00:00.000Z"
