"""A seat at the page: what one does there, in words of the page."""

import re

from playwright.sync_api import Locator, Page, expect


class Seat:
    """Somebody at the demo's page. Every step waits for what it leads to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.who = page.get_by_label("Who am I")
        self.sidebar = page.get_by_role("navigation", name="Workspace")
        self.messages = page.get_by_role("log", name="Messages")
        self.box = page.locator("#composer textarea")
        self.form = page.get_by_role("dialog")
        self.thread = page.get_by_role("complementary", name="Thread")
        expect(self.sidebar.get_by_role("button", name="Homeroom")).to_be_visible()

    def become(self, name: str) -> None:
        """Be somebody else."""
        option = self.who.locator("option", has_text=name)
        self.who.select_option(option.get_attribute("value"))
        expect(self.who).to_have_attribute("title", re.compile(f"^{name}"))

    def open(self, place: str) -> None:
        """Open a channel."""
        self.sidebar.get_by_role("button", name=place).click()
        expect(self.page.get_by_role("heading", level=1, name=place)).to_be_visible()
        expect(self.messages).not_to_have_attribute("aria-busy", "true")

    def say(self, words: str) -> None:
        """Write it and send it, as fingers do."""
        self.box.fill(words)
        self.box.press("Enter")
        expect(self.box).to_have_value("")

    def told(self, words: str | re.Pattern[str]) -> Locator:
        """Wait for a private answer with these words."""
        found = self.messages.locator(".is-ephemeral", has_text=words).last
        expect(found).to_be_visible()
        return found

    def post(self, words: str | re.Pattern[str]) -> Locator:
        """Wait for the newest post that everyone here sees with these words."""
        found = self.messages.locator(".message:not(.is-ephemeral)", has_text=words).last
        expect(found).to_be_visible()
        return found

    def fill(self, label: str, words: str) -> None:
        """Fill one field of the open form."""
        self.form.get_by_label(label).fill(words)

    def send(self) -> None:
        """Press the form's main button."""
        self.form.locator("button[type=submit]").click()

    def close(self) -> None:
        """Close the form."""
        self.form.get_by_role("button", name="Close").first.click()
        expect(self.form).to_be_hidden()

    def wrong(self, label: str) -> Locator:
        """What is said to be wrong beside a field."""
        return self.form.locator(".block", has_text=label).locator(".field-error")

    def step(self) -> None:
        """Go to the next step of the week."""
        button = self.page.get_by_role("button", name="Go to the next step")
        button.click()
        expect(button).not_to_have_attribute("aria-busy", "true")

    def no_sideways(self) -> None:
        """Nothing on the page is wider than the page."""
        root = "document.documentElement"
        assert self.page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")
