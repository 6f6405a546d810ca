"""A page that shows Adaptive Cards with Microsoft's own renderer, in a real Chromium."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import chromium, npm

SCRIPTS = (
    npm.MODULES / "adaptivecards/dist/adaptivecards.min.js",
    npm.MODULES / "markdown-it/dist/browser/markdown-it.umd.min.js",
    Path(__file__).parent / "surface.js",
)
STYLE = """
body { margin: 0; padding: 24px; background: #f5f5f5; font-family: 'Segoe UI', Arial, sans-serif }
#card { width: 620px; background: #fff; border: 1px solid #e1dfdd; border-radius: 6px }
.ac-pushButton { border: 1px solid #d1d1d1; background: #fff; border-radius: 4px; padding: 5px 12px;
  font: 600 14px 'Segoe UI', Arial, sans-serif; color: #242424 }
.ac-anchor, #card a { color: #5b5fc7; text-decoration: none }
.ac-input { font: 14px 'Segoe UI', Arial, sans-serif; border: 1px solid #d1d1d1; border-radius: 4px;
  background: #fafafa; padding: 5px 10px; box-sizing: border-box }
p { margin: 0 }
"""


class Surface:
    """Shows one card at a time."""

    def __init__(self, browser: Browser, zone: str = "America/New_York") -> None:
        self._browser = browser
        self.page = browser.new_page(locale="en-US", timezone_id=zone)
        self.page.route("http**", lambda route: route.abort())  # pictures are nobody's here
        self.page.set_content(f"<style>{STYLE}</style><div id=card></div>")
        for script in SCRIPTS:
            self.page.add_script_tag(path=script)

    def elsewhere(self, zone: str) -> "Surface":
        """Another reader's page, in this time zone."""
        return Surface(self._browser, zone)

    def show(self, card: dict[str, Any]) -> list[str]:
        """Show a card; what Microsoft's parser complains of."""
        complaints: list[str] = self.page.evaluate("card => window.show(card)", card)
        return complaints

    @property
    def text(self) -> str:
        """The words that a reader sees, white space made single."""
        return " ".join(self.page.locator("#card").inner_text().split())

    def count(self, selector: str) -> int:
        """How many elements of a kind the card is made of."""
        return self.page.locator(f"#card {selector}").count()

    def picture(self, file: Path) -> None:
        """Photograph the card."""
        self.page.locator("#card").screenshot(path=file)


@contextmanager
def surface() -> Iterator[Surface]:
    """A page that is read in New York. Without Chromium or npm its tests are left out, but in CI
    they must be there."""
    lacking = npm.fetch() or ("" if chromium.find() else "there is no Chromium")
    if lacking:
        left_out = pytest.fail if os.environ.get("CI") else pytest.skip
        left_out(f"{lacking}: {npm.HOW}, and {chromium.HOW}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        yield Surface(browser)
        browser.close()
