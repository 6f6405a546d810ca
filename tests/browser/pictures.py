"""Takes the pictures of the documents anew: python -m tests.browser.pictures"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium, npm
from tests.browser.seat import Seat
from tests.browser.served import PROJECT, both_served, served
from tests.browser.teams_seat import CHANNEL, OURS, TeamsSeat

FOLDER = PROJECT / "docs" / "pictures"
DESK = {"width": 1200, "height": 570}
PHONE = {"width": 390, "height": 720}
TEAMS = {"width": 1280, "height": 700}


def take(seat: Seat, name: str) -> None:
    """Keep what the page shows, without the pointer and the notes at its edge."""
    notes = seat.page.get_by_role("button", name="Dismiss")
    while notes.count():
        notes.first.click()
    seat.page.mouse.move(0, 0)
    seat.page.screenshot(path=FOLDER / f"{name}.png")


def at_a_desk(seat: Seat) -> None:
    """Ana's week."""
    seat.post("Check-in: Weekly learning call")
    take(seat, "channel")
    seat.say("/learn checkin")
    seat.fill("What did you try", "Asked three teachers to bring one student’s paper.")
    seat.page.keyboard.press("Tab")
    take(seat, "checkin")
    seat.send()
    expect(seat.form).to_contain_text("Thank you")
    seat.close()
    seat.say("/learn find student work")
    seat.told("Found for")
    take(seat, "find")
    seat.say("/learn prompt every Thursday 3pm: Whose work did you look at together this week?")
    seat.told("This is how it will be asked")
    take(seat, "prompt")
    seat.say("/learn network health")
    expect(seat.told("is doing").get_by_role("img")).to_be_visible()
    take(seat, "health")
    seat.step()
    seat.post("Agenda: Weekly learning call")
    take(seat, "agenda")
    while not seat.page.get_by_text("Next: A second host").count():
        seat.step()
    seat.sidebar.get_by_role("button", name="Homeroom").click()
    seat.page.get_by_role("tab", name="Messages").click()
    seat.post("A draft: the recap")
    take(seat, "recap")


def on_a_phone(seat: Seat) -> None:
    """Ben's, in the dark."""
    seat.become("Ben Ortiz")
    seat.open("learning-call")
    seat.post("Before you go")
    take(seat, "phone")


def in_teams(teams: TeamsSeat, slack: Seat) -> None:
    """Imani's, beside Ana's."""
    page = teams.page
    page.get_by_role("button", name="Hide log panel").click()
    teams.open(OURS)
    teams.say("checkin")
    form = teams.card("What did you try")
    form.get_by_label("What did you try").fill("Waited five seconds after each question.")
    page.screenshot(path=FOLDER / "teams-checkin.png")
    form.get_by_role("button", name="Check in").click()
    teams.card("you have checked in")
    teams.look_for("student work")
    expect(page.get_by_role("heading", name="check-in for").first).to_be_visible()
    page.screenshot(path=FOLDER / "teams-search.png")
    page.keyboard.press("Escape")
    teams.open(CHANNEL)
    teams.card("Hello, I am Homeroom")
    slack.step()
    agenda = teams.card("Agenda: Weekly learning call")
    agenda.evaluate("card => card.scrollIntoView({block: 'start'})")
    page.screenshot(path=FOLDER / "teams-agenda.png")


def main() -> None:
    """Take them all, in demos of their own."""
    path = chromium.find()
    if path is None:
        raise SystemExit(f"Pictures need a Chromium: {chromium.HOW}")
    if problem := npm.fetch():
        raise SystemExit(f"{problem}. Pictures of Teams need them: {npm.HOW}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        with served(folder / "slack") as address:
            at_a_desk(_seat(browser, address, viewport=DESK))
            on_a_phone(_seat(browser, address, viewport=PHONE, is_mobile=True, color_scheme="dark"))
        with both_served(folder / "both") as (slack, teams):
            page = browser.new_context(locale="en-US", viewport=TEAMS).new_page()
            page.goto(teams)
            in_teams(TeamsSeat(page), _seat(browser, slack, viewport=DESK))


def _seat(browser: Browser, address: str, **how: object) -> Seat:
    page = browser.new_context(locale="en-US", **how).new_page()  # type: ignore[arg-type]
    page.goto(address)
    return Seat(page)


if __name__ == "__main__":
    main()
