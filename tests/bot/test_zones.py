"""What people call their zone and the time of day."""

from datetime import time
from zoneinfo import available_timezones

import pytest

from bot.calendar import known_zone, nearest_zone, parse_clock


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("America/Chicago", "America/Chicago"),
        ("america/new york", "America/New_York"),
        ("Central", "America/Chicago"),
        ("central time", "America/Chicago"),
        ("US/Central", "US/Central"),
        ("Eastern Standard Time", "America/New_York"),
        ("Central Time (US & Canada)", "America/Chicago"),
        ("PST", "America/Los_Angeles"),
        ("EST", "America/New_York"),
        ("Pacific", "America/Los_Angeles"),
        ("Mountain", "America/Denver"),
        ("Phoenix", "America/Phoenix"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Berlin", "Europe/Berlin"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Washington, D.C.", "America/New_York"),
        ("GMT", "UTC"),
        ("UTC", "UTC"),
        ("", None),
        ("Hogwarts", None),
    ],
)
def test_zones_by_the_names_people_use(said, zone):
    assert known_zone(said) == zone


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Chicgo", "America/Chicago"),
        ("America/Chcago", "America/Chicago"),
        ("Estern", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Los Angelos", "America/Los_Angeles"),
        ("Berlin", "Europe/Berlin"),
        ("xqzw", None),
        ("", None),
    ],
)
def test_zones_that_were_mistyped(said, zone):
    assert nearest_zone(said) == zone


def test_every_zone_is_known_by_its_own_name():
    own = {zone: known_zone(zone) for zone in available_timezones() - {"Factory", "localtime"}}
    meant = {"EST", "MST", "HST", "CET", "GMT", "Zulu"}
    assert {z: k for z, k in own.items() if z != k and z not in meant} == {}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("3pm", time(15)),
        ("15:00", time(15)),
        ("3:30 pm", time(15, 30)),
        ("3.30 p.m.", time(15, 30)),
        (" 9:05 AM ", time(9, 5)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("9:00", time(9)),
        ("03:30", time(3, 30)),
        ("15h30", time(15, 30)),
        ("0:15", time(0, 15)),
        ("15", time(15)),
    ],
)
def test_times_of_day_as_people_write_them(said, at):
    assert parse_clock(said) == at


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("29:00", "29:00 is not a time of day"),
        ("15:75", "is not a time of day"),
        ("13pm", "is not a time of day"),
        ("0am", "is not a time of day"),
        ("soon", "“soon” is not a time of day"),
        ("", "is not a time of day"),
        ("３pmm", "is not a time of day"),
        ("3", "Is 3 before or after noon? Write 3am or 3pm"),
        ("3:30", "Is 3:30 before or after noon? Write 3:30am or 3:30pm"),
    ],
)
def test_what_is_not_a_time_of_day_is_said_kindly(said, sentence):
    with pytest.raises(ValueError) as refused:
        parse_clock(said)
    assert sentence in str(refused.value)
