"""Where the app is installed."""

from bot.slack.installations import Installation, KnownInstallations


def known(*found: Installation) -> KnownInstallations:
    made = KnownInstallations()
    for each in found:
        made.remember(each)
    return made


SCHOOL = Installation("T1", "xoxb-1", "U1", "B1")
DISTRICT = Installation("E1", "xoxb-2", "U2", "B2")


async def test_a_workspace_of_its_own_comes_before_its_organisation() -> None:
    both = known(SCHOOL, DISTRICT)
    assert await both.find("T1", "E1") == SCHOOL
    assert await both.find("T2", "E1") == DISTRICT
    assert await both.find("", "E1") == DISTRICT


async def test_nowhere() -> None:
    assert await known(SCHOOL).find("T2", "E1") is None
    assert await known(SCHOOL).find("", "") is None
