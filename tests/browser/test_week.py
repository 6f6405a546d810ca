"""A week in the page, in a real Chromium: what a newcomer does first."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.seat import Seat

pytestmark = pytest.mark.browser

CHECKIN = "Check-in: Weekly learning call"
TRIED = "What did you try since last time"


def test_it_opens_as_ana_in_the_networks_channel(seat: Seat) -> None:
    expect(seat.who).to_have_attribute("title", re.compile("^Ana Ruiz"))
    expect(seat.page.get_by_role("heading", level=1, name="learning-call")).to_be_visible()
    for channel in ("general", "lunch", "resources"):
        expect(seat.sidebar.get_by_role("button", name=channel)).to_have_accessible_name(
            re.compile(r", \d+ unread")
        )
    expect(seat.post(CHECKIN)).to_contain_text("checked in")


def test_a_begun_command_is_completed(seat: Seat) -> None:
    offered = seat.page.locator("#composer").get_by_role("option")
    seat.box.press_sequentially("/le")
    expect(offered.first).to_contain_text("/learn")
    seat.box.press("Tab")
    expect(seat.box).to_have_value("/learn ")
    expect(offered.get_by_text("share", exact=True)).to_be_visible()
    seat.box.press_sequentially("ag")
    seat.box.press("Enter")
    expect(seat.box).to_have_value("/learn agenda ")
    seat.box.press("Enter")
    seat.told("Agenda: Weekly learning call")


def test_what_ana_shares_privately_ben_finds(seat: Seat) -> None:
    seat.say("/learn share https://routines.example.org talk moves on one card #discourse")
    seat.told("routines.example.org")
    seat.become("Ben Ortiz")
    seat.open("learning-call")
    expect(seat.messages.get_by_text("routines.example.org")).to_have_count(0)
    seat.say("/learn find talk moves card")
    expect(seat.told("Found for")).to_contain_text("Ana Ruiz")


def test_a_blank_required_field_keeps_what_was_typed(seat: Seat) -> None:
    seat.become("Priya Venkataraman")
    seat.open("learning-call")
    seat.post(CHECKIN).get_by_role("button", name="Check in").click()
    seat.fill("What would you like to bring", "The piles of wrong answers.")
    seat.send()
    expect(seat.wrong(TRIED)).to_have_text("Please fill this in.")
    expect(seat.form.get_by_label(TRIED)).to_be_focused()
    expect(seat.form.get_by_label("What would you like to bring")).to_have_value(
        "The piles of wrong answers."
    )
    seat.fill(TRIED, "Sorted 28 papers with one team.")
    seat.send()
    expect(seat.form).to_contain_text("Thank you")
    seat.close()
    expect(seat.post(CHECKIN)).to_contain_text("Priya Venkataraman")


def test_an_impossible_zone_is_named_beside_its_field(seat: Seat) -> None:
    seat.say("/learn call new")
    seat.fill("First date", "2020-01-07")
    seat.fill("Time of day", "15:00")
    seat.fill("Time zone", "Chicgo")
    seat.send()
    expect(seat.wrong("Time zone")).to_contain_text("Did you mean America/Chicago?")
    expect(seat.wrong("First date")).to_contain_text("past")
    expect(seat.form.get_by_label("Time zone")).to_have_value("Chicgo")
    seat.close()


def test_the_next_step_posts_the_agenda_everywhere_in_the_network_and_nowhere_else(
    seat: Seat,
) -> None:
    seat.step()
    expect(seat.page.get_by_role("status").filter(has_text="It is now")).to_contain_text("genda")
    expect(seat.post("Agenda: Weekly learning call")).to_contain_text("Tomorrow")
    seat.become("Marisol Quintero")
    seat.open("coaching-call")
    expect(seat.post("Agenda: Weekly learning call")).to_contain_text("Tomorrow")
    seat.become("Odalys Ferrer")
    seat.open("tuesday-call")
    expect(seat.post("Agenda: Weekly learning call")).to_contain_text("Tomorrow")
    seat.say("/learn find quiet ones")
    seat.told("Found for")
    seat.become("Cleo Farrow")
    seat.open("harbor-staff")
    seat.say("/learn agenda")
    seat.told("You are not in a network here yet")
    expect(seat.messages.get_by_text("Weekly learning call")).to_have_count(0)


def test_a_thread_opens_and_takes_a_reply(seat: Seat) -> None:
    seat.post(CHECKIN).get_by_role("button", name=re.compile(r"\d+ repl")).click()
    expect(seat.thread).to_contain_text("Zoë Lindqvist")
    reply = seat.thread.get_by_role("textbox", name="Reply in thread")
    reply.fill("Thank you, all three of you.")
    reply.press("Enter")
    expect(seat.thread.locator(".message").last).to_contain_text("Thank you, all three of you.")
    seat.thread.get_by_role("button", name="Close thread").click()
    expect(seat.thread).to_be_hidden()


def test_the_keyboard_alone_is_enough(seat: Seat) -> None:
    keyboard = seat.page.keyboard
    seat.become("Leilani Kahale")
    seat.page.get_by_role("link", name="Skip to the message box").focus()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(seat.box).to_be_focused()
    keyboard.type("/learn checkin")
    keyboard.press("Enter")
    expect(seat.form.get_by_label(TRIED)).to_be_focused()
    keyboard.type("Counted who speaks first.")
    for _ in range(3):
        keyboard.press("Tab")
    expect(seat.form.get_by_role("button", name="Check in")).to_be_focused()
    keyboard.press("Enter")
    expect(seat.form).to_contain_text("Thank you")
    keyboard.press("Escape")
    expect(seat.form).to_be_hidden()
    expect(seat.box).to_be_focused()
    expect(seat.post(CHECKIN)).to_contain_text("Leilani Kahale")


def test_a_message_is_saved_by_its_shortcut(seat: Seat) -> None:
    seat.open("resources")
    message = seat.post("openlibrary.org")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    seat.page.get_by_role("menuitem", name="Save as resource").click()
    expect(seat.form.get_by_label("Link")).to_have_value(re.compile("openlibrary.org"))
    seat.send()
    expect(seat.form).to_contain_text("openlibrary.org")
    seat.close()


def test_home_shows_the_next_call(seat: Seat) -> None:
    seat.sidebar.get_by_role("button", name="Homeroom").click()
    home = seat.page.get_by_role("region", name="App Home")
    expect(home).to_contain_text("Weekly learning call")
    home.get_by_role("button", name="Raise a problem").click()
    expect(seat.form).to_contain_text("Who may see it?")
    seat.close()


def test_a_phone_shows_one_thing_at_a_time(phone: Seat) -> None:
    phone.no_sideways()
    phone.open("learning-call")
    expect(phone.sidebar).to_be_hidden()
    phone.no_sideways()
    phone.post(CHECKIN).get_by_role("button", name=re.compile(r"\d+ repl")).click()
    phone.no_sideways()
    phone.thread.get_by_role("button", name="Back to the channel").click()
    phone.say("/learn ask")
    expect(phone.form).to_be_visible()
    phone.no_sideways()
    phone.page.keyboard.press("Escape")
    phone.page.get_by_role("button", name="Back to channels").click()
    expect(phone.sidebar).to_be_visible()
    expect(phone.messages).to_be_hidden()


def test_the_dark_theme_is_the_machines_and_ones_own(night: Seat) -> None:
    html = night.page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    expect(night.page.locator("body")).to_have_css("background-color", re.compile(r"rgb\(\d\d?,"))
    night.page.get_by_role("button", name="Use the light theme").click()
    expect(html).to_have_attribute("data-theme", "light")
    night.page.reload()
    expect(html).to_have_attribute("data-theme", "light")


def test_a_reload_keeps_the_place_and_what_was_begun(seat: Seat) -> None:
    seat.become("Ben Ortiz")
    seat.open("general")
    seat.box.fill("Half a thought, to be")
    seat.page.reload()
    expect(seat.who).to_have_attribute("title", re.compile("^Ben Ortiz"))
    expect(seat.page.get_by_role("heading", level=1, name="general")).to_be_visible()
    expect(seat.box).to_have_value("Half a thought, to be")


def test_a_link_that_was_posted_is_kept_with_one_press(seat: Seat) -> None:
    seat.become("Ben Ortiz")
    seat.open("learning-call")
    seat.say("Quilts made fractions visible: https://quilts.example.org/fractions")
    posted = seat.post("Quilts made fractions")
    bookmark = posted.get_by_role("button", name="bookmark")
    expect(bookmark).to_be_visible()  # Homeroom's own sign: it was caught
    seat.say("And this for later: https://quilts.example.org/later")
    seat.become("Ana Ruiz")
    seat.open("learning-call")
    bookmark.click()
    expect(posted.get_by_role("button", name="white check mark")).to_be_visible()
    seat.say("/learn find quilts fractions")
    expect(seat.told("Found for")).to_contain_text("“Quilts made fractions visible” – Ben Ortiz")
    seat.become("Ben Ortiz")
    seat.sidebar.get_by_role("button", name="Homeroom").click()
    home = seat.page.get_by_role("main")
    expect(home).to_contain_text("And this for later")
    home.get_by_role("button", name="Dismiss").click()
    expect(home).to_contain_text("Dismissed: quilts.example.org/later")


def test_a_file_that_was_posted_counts_as_a_resource(seat: Seat) -> None:
    slides = {"name": "fraction-strips.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" * 700}
    attach = seat.page.locator("#composer input[type=file]")
    attach.set_input_files([slides, slides | {"name": "by mistake.txt"}])
    seat.page.get_by_role("button", name="Take off by mistake.txt").click()
    seat.box.fill("/learn agenda")
    seat.box.press("Enter")
    expect(seat.page.get_by_role("alert").first).to_contain_text("a command takes no file along")
    seat.say("The strips that two teams cut on Friday")
    posted = seat.post("The strips that two teams cut")
    expect(posted.get_by_role("list", name="Files")).to_have_text("fraction-strips.pdf3 KB")
    expect(seat.page.get_by_role("list", name="Files to send")).to_be_hidden()
    seat.say("/learn links")
    seat.told("fraction-strips.pdf").get_by_role("button", name="Keep", exact=True).first.click()
    seat.told("Kept: ")
    seat.say("/learn find fraction strips")
    expect(seat.told("Found for")).to_contain_text("1. fraction-strips.pdf")
