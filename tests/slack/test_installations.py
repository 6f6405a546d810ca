"""Where the app is installed."""

from bot.slack.installations import Installation, KnownInstallations


def known(*found: Installation) -> KnownInstallations:
    made = KnownInstallations()
    for each in found:
        made.remember(each)
    return made


SCHOOL = Installation("T1", "xoxb-1", "U1", "B1")
DISTRICT = Installation("E1", "xoxb-2", "U2", "B2")


def test_a_workspace_of_its_own_comes_before_its_organisation() -> None:
    both = known(SCHOOL, DISTRICT)
    assert both.find("T1", "E1") == SCHOOL
    assert both.find("T2", "E1") == DISTRICT
    assert both.find("", "E1") == DISTRICT


def test_nowhere() -> None:
    assert known(SCHOOL).find("T2", "E1") is None
    assert known(SCHOOL).find("", "") is None
