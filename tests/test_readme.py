"""The README promises only words that there are, and pictures that are small."""

import re
from pathlib import Path

import pytest

import handlers.everything  # noqa: F401
from bot.manifest import SHORTCUTS
from bot.offsets import STEPS
from handlers.words import TABLE, Word, match

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", PROJECT / "docs" / "facilitators.md"]
BESIDE = PROJECT / "docs" / "teams.md"


def words_in(page: Path) -> list[Word | None]:
    """The words that a page tells to type; None for one that there is not."""
    found = [match(said) for said in re.findall(r"`/learn (\w[^`]*)", page.read_text())]
    return [each and each[0] for each in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_word_is_in_the_table(page: Path) -> None:
    assert words_in(page)
    assert None not in words_in(page)


def test_the_readme_names_every_word_that_help_lists() -> None:
    listed = {each.name for each in TABLE.values() if each.listed}
    assert listed <= {each.name for each in words_in(PAGES[0]) if each}


def test_slack_and_teams_are_compared_in_every_word_step_and_shortcut() -> None:
    there = {*TABLE, *STEPS, *(each.says for each in SHORTCUTS)}
    compared = BESIDE.read_text().partition('### <a name="differs">')[0]
    rows = [line for line in compared.splitlines() if line.startswith("|")]
    assert there <= set(re.findall(r"`([a-z ]+)`", "\n".join(rows)))


@pytest.mark.parametrize("page", [*PAGES, BESIDE], ids=lambda page: page.name)
def test_every_picture_and_page_it_links_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", page.read_text())
    assert links
    for link in links:
        assert (page.parent / "".join(link)).exists()


def test_pictures_are_small() -> None:
    for picture in (PROJECT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 150_000
