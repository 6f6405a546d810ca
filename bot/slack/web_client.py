"""The SDK's client of Slack's Web API, for a Slack anywhere."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.web.async_client import AsyncWebClient


def plain_client(base_url: str, token: str | None = None, **more: Any) -> AsyncWebClient:
    """A client that reaches a Slack on this machine without a proxy: the SDK knows no NO_PROXY."""
    client = AsyncWebClient(token, base_url=base_url, **more)
    if _is_loopback(urlsplit(base_url).hostname or ""):
        client.proxy = None
    return client


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
