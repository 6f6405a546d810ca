"""Fixtures of the clock's and the errands' tests."""

from collections.abc import Iterator

import pytest

from tests.jobs.site import Site, web_site


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback."""
    with web_site() as here:
        yield here
