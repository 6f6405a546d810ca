"""What people call their zone."""

from zoneinfo import available_timezones

import pytest

from bot.calendar import known_zone, nearest_zone


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
