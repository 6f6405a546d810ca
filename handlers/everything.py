"""Importing this registers every word."""

from handlers import (  # noqa: F401
    agendas,
    calls,
    checkins,
    exits,
    help,
    home,
    networks,
    posting,
    problems,
    recaps,
    resources,
    search,
)
