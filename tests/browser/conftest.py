"""The demo, served for real, and a Chromium to look at it."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from tests import chromium
from tests.browser.seat import Seat
from tests.browser.served import served

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. In CI it must be there; elsewhere these tests are left out without it."""
    found = chromium.find()
    if found is None and os.environ.get("CI"):
        pytest.fail(f"CI needs a Chromium: {chromium.HOW}")
    if found is None:
        pytest.skip(f"no Chromium here: {chromium.HOW}")
    return found


@pytest.fixture(scope="module")
def address(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `make demo` says that its page is."""
    with served(tmp_path_factory.mktemp("demo")) as found:
        yield found


# For one module only: a waiting Playwright would stand in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for all seats."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium_path, args=chromium.FLAGS)


def _seat(browser: Browser, address: str, **how: object) -> Iterator[Seat]:
    """A page that nobody has opened before; whatever its console complains of fails the test."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **how)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.extend(_complaint(said)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(10_000)
    page.goto(address)
    yield Seat(page)
    context.close()
    assert complaints == []


def _complaint(said: ConsoleMessage) -> list[str]:
    return [f"{said.text} {said.location}"] if said.type in ("error", "warning") else []


@pytest.fixture
def seat(browser: Browser, address: str) -> Iterator[Seat]:
    """At a desk."""
    yield from _seat(browser, address, viewport={"width": 1280, "height": 860})


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Seat]:
    """On a phone."""
    yield from _seat(browser, address, **PHONE)


@pytest.fixture
def night(browser: Browser, address: str) -> Iterator[Seat]:
    """At a desk whose machine prefers dark."""
    yield from _seat(browser, address, color_scheme="dark")
