"""Titles from a real server on loopback, and all the places where we do not go."""

import socket
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from ssrfguard import Policy

from bot.fetch import MOST_BYTES, Never, NotThisTime, Titles
from tests.jobs.site import Site, begin, resolving

PUBLIC = "93.184.215.14"


# -- titles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<title> Number\n talks </title>", "Number talks"),
        (b"<meta property='og:title' content='Shared as'><title>Page | Site</title>", "Shared as"),
        ("<title>Prüfen &amp; <b>fragen</b> 👩‍🏫</title>".encode(), "Prüfen & <b>fragen</b> 👩‍🏫"),
        (b"<title>\x07Ring\xff</title>", "Ring\ufffd"),
        (b"<title>" + b"word " * 100 + b"</title>", ("word " * 40)[:199].rstrip() + "…"),
    ],
)
def test_a_page_s_title_is_found(site: Site, body: bytes, title: str) -> None:
    assert Titles(site.policy()).of(site.page("/page", b"<html><head>" + body)) == title


def test_a_redirect_to_an_allowed_place_is_followed(site: Site) -> None:
    site.page("/there", b"<title>There</title>")
    moved = site.page("/here", b"", 302, location="/there")
    assert Titles(site.policy()).of(moved) == "There"


def test_of_a_huge_page_only_the_beginning_is_read(site: Site) -> None:
    sent = []

    def pour(request: BaseHTTPRequestHandler) -> None:
        begin(request, 200, {"content_type": "text/html"})
        while not site.closing.is_set() and len(sent) < 4000:
            request.wfile.write(b"<p>" * 21_845)
            sent.append(65_535)

    site.pages["/huge"] = pour
    with pytest.raises(Never):
        Titles(site.policy()).of(site.url("/huge"))
    assert sum(sent) < 40 * MOST_BYTES  # not the 262 MB that it would have poured


@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [
        (404, {}, Never),
        (403, {}, Never),
        (204, {}, Never),
        (500, {}, NotThisTime),
        (503, {}, NotThisTime),
        (429, {}, NotThisTime),
        (200, {"content_type": "application/pdf"}, Never),
        (200, {"content_type": "image/svg+xml"}, Never),
        (200, {"content_encoding": "gzip"}, Never),
    ],
)
def test_what_is_no_page_has_no_title(
    site: Site, status: int, headers: dict[str, str], why: type[Exception]
) -> None:
    with pytest.raises(why):
        Titles(site.policy()).of(site.page("/no", b"<title>No</title>", status, **headers))


@pytest.mark.parametrize("charset", ["base64", "nonsense", "zlib"])
def test_a_charset_that_is_none_does_no_harm(site: Site, charset: str) -> None:
    told = f"text/html; charset={charset}"
    assert Titles(site.policy()).of(site.page("/c", b"<title>Fine</title>", content_type=told))


def test_a_page_without_a_title_is_not_asked_again(site: Site) -> None:
    with pytest.raises(Never):
        Titles(site.policy()).of(site.page("/none", b"<p>Nothing</p>"))


@pytest.mark.parametrize("part", ["nothing", "headers", "body"])
def test_a_server_that_drips_is_left(site: Site, part: str) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        if part == "body":
            begin(request, 200, {"content_type": "text/html"})
        while not site.closing.wait(0.02):
            request.wfile.write(
                {"nothing": b"", "headers": b"HTTP/1.1 200 OK\r\nX: x\r\n", "body": b"<p>"}[part][
                    :1
                ]
                or b""
            )

    site.pages["/slow"] = drip
    with pytest.raises(NotThisTime):
        Titles(site.policy(), longest=0.4).of(site.url("/slow"))


def test_nobody_is_there(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NotThisTime):
        Titles(site.policy(allowed_ports=[port])).of(f"http://127.0.0.1:{port}/")


def test_a_name_that_is_not_known_may_be_known_later(site: Site) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(NotThisTime):
        Titles(site.policy(), unknown).of("http://nowhere.example.org/")


# -- where we do not go ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "0.0.0.0",  # noqa: S104 - it is refused
        "169.254.169.254",
        "10.0.0.1",
        "2130706433",
        "0x7f.1",
        "localhost",
    ],
)
def test_inner_addresses_are_refused(site: Site, host: str) -> None:
    site.page("/", b"<title>Inner</title>")
    earnest = Policy(max_redirects=5, allowed_ports=[80, 443, site.port])
    for url in (f"http://{host}/", site.url("/", host)):
        with pytest.raises(Never):
            Titles(earnest).of(url)
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http://[",
        "http://exa mple.org",
        "http://\u2488.example.org:99999/",
        "https://" + "a" * 70 + ".org/",
    ],
)
def test_addresses_that_are_none_of_ours_are_refused(url: str) -> None:
    with pytest.raises((Never, NotThisTime)):
        Titles(resolver=resolving("127.0.0.1")).of(url)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.2:{port}/secret",
        "http://[::1]:{port}/secret",
        "http://2130706434:{port}/secret",
        "http://127.0.0.1:22/",
        "file:///etc/passwd",
        "//10.0.0.1/",
    ],
)
def test_a_redirect_inward_is_refused(site: Site, target: str) -> None:
    site.page("/secret", b"<title>Secret</title>")
    out = site.page("/out", b"", 302, location=target.format(port=site.port))
    with pytest.raises(Never):
        Titles(site.policy()).of(out)
    assert site.asked == ["/out"]


def test_a_redirect_that_never_ends_is_left(site: Site) -> None:
    round_and_round = site.page("/loop", b"", 302, location="/loop")
    with pytest.raises(Never):
        Titles(site.policy()).of(round_and_round)
    assert len(site.asked) <= 6


def test_a_name_that_points_inward_is_refused(site: Site) -> None:
    site.page("/", b"<title>Inner</title>")
    earnest = Policy(allowed_ports=[80, 443, site.port])
    for answer in ("127.0.0.1", "10.0.0.1", "169.254.169.254", [PUBLIC, "127.0.0.1"]):
        with pytest.raises(Never):
            Titles(earnest, resolving(answer)).of(site.url("/", "inward.example.org"))
    assert site.asked == []


def test_a_name_that_changes_its_mind_reaches_nothing_inside(site: Site) -> None:
    """DNS rebinding: public when it is checked, loopback when it is connected to."""
    site.page("/", b"<title>Inner</title>")
    earnest = Policy(allowed_ports=[80, 443, site.port])
    with pytest.raises((Never, NotThisTime)):
        Titles(earnest, resolving(PUBLIC, "127.0.0.1"), longest=0.5).of(
            site.url("/", "rebinding.example.org")
        )
    assert site.asked == []
