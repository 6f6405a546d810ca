"""Importing this registers every word."""

from handlers import (  # noqa: F401
    agendas,
    calls,
    checkins,
    exits,
    help,  # noqa: A004
    home,
    identities,
    links,
    looking,
    networks,
    overheard,
    posting,
    problems,
    recaps,
    resources,
    search,
    stops,
)
