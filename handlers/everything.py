"""Importing this registers every word."""

from handlers import (  # noqa: F401
    agendas,
    calls,
    checkins,
    exits,
    help,
    home,
    networks,
    problems,
    recaps,
    resources,
    search,
)
