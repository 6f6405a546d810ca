"""Whether something is on this very machine."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host is this machine. Names are not looked up: they may change."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_loopback_address(url: str) -> bool:
    """Whether a web address is on this machine."""
    return is_loopback(host_of(url)) and urlsplit(url).scheme in ("http", "https")


def host_of(url: str) -> str:
    """The host of a web address; "" where it has none, or names somebody to log in as."""
    try:
        address = urlsplit(url)
        return "" if address.username is not None else address.hostname or ""
    except ValueError:
        return ""
