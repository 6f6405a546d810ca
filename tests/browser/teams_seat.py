"""A seat at Microsoft's Agents Playground: what one does in Teams, in words of its page.

The page itself keeps what was said: loaded again, it is empty. One seat serves a whole story.
"""

import re

from playwright.sync_api import Locator, Page, expect

OURS = "Personal Chat"
CHANNEL = "Learning call"
AROUND = "xpath=ancestor::*[.//button[@aria-label='Show more information']][1]"


class TeamsSeat:
    """Imani at her desk. Every step waits for what it leads to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.cards = page.locator(".ac-adaptiveCard")
        self.box = page.locator("[contenteditable=true][role=textbox]").first
        self.dialog = page.get_by_role("dialog")
        expect(self._place(OURS)).to_be_visible()

    def open(self, place: str) -> None:
        """Open a chat or a channel."""
        self._place(place).click()
        post = self.page.get_by_role("button", name="Post", exact=True)
        expect(post).to_have_count(0 if place == OURS else 1)
        expect(self.box).to_be_visible()

    def say(self, words: str) -> None:
        """Write it and send it: a message in our chat, a post in a channel."""
        self._type(words)
        self.send()

    def send(self) -> None:
        """Send what stands in the box."""
        self.page.get_by_role("button", name=re.compile("^(Send Message|Post)$")).first.click()
        expect(self.box).to_have_text("")

    def mention(self, words: str) -> None:
        """A post that says it to Homeroom: the name is chosen from what is offered."""
        self._type("@Home")
        self.page.get_by_role("menuitem", name="Homeroom").click()
        self.page.keyboard.type(f" {words}")
        self.send()

    def card(self, words: str | re.Pattern[str]) -> Locator:
        """Wait for the newest card with these words."""
        found = self.cards.filter(has_text=words).last
        expect(found).to_be_visible()
        return found

    def look_for(self, words: str) -> None:
        """Look for something from the box that one types into."""
        self.page.get_by_role("button", name="Trigger Message Extension App").first.click()
        self.page.get_by_text("Search Command").click()
        self.page.get_by_placeholder("Enter a search term").fill(words)
        self.page.keyboard.press("Enter")

    def pick(self, words: str, title: str) -> None:
        """Look for something, and put it into the box."""
        self.look_for(words)
        self.page.get_by_role("heading", name=title).first.click()
        expect(self.box.locator(".ac-adaptiveCard")).to_be_visible()

    def act_on(self, message: str, command: str) -> None:
        """An action of Homeroom's on what somebody said. No manifest is read here: its menu asks
        which one is meant."""
        said = self.page.get_by_text(message).last.locator(AROUND)
        said.get_by_role("button", name="Show more information").first.click()
        self.page.get_by_text("Action Command").click()
        self.page.get_by_placeholder("Input command id").fill(command)
        self.dialog.get_by_role("button", name="Create").click()

    def _place(self, name: str) -> Locator:
        return self.page.get_by_role("treeitem", name=name)

    def _type(self, words: str) -> None:
        self.box.click()
        self.page.keyboard.type(words)
