"""The README promises only words that there are, and pictures that are small."""

import re
from pathlib import Path

import pytest

import handlers.everything  # noqa: F401
from handlers.words import TABLE

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", PROJECT / "docs" / "facilitators.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_word_is_in_the_table(page: Path) -> None:
    words = set(re.findall(r"`/learn (\w+)", page.read_text()))
    assert words
    assert words <= set(TABLE)


def test_the_readme_names_every_typed_word() -> None:
    typed = {
        each.name for each in TABLE.values() if each.typed and each.who in ("everyone", "host")
    }
    assert typed <= set(re.findall(r"`/learn (\w+)", PAGES[0].read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_picture_and_page_it_links_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", page.read_text())
    assert links
    for link in links:
        assert (page.parent / "".join(link)).exists()


def test_pictures_are_small() -> None:
    for picture in (PROJECT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 150_000
