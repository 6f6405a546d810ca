"""Importing this registers every word."""

from handlers import (  # noqa: F401
    agendas,
    bringing,
    calls,
    checkins,
    closing,
    commitments,
    exits,
    help,  # noqa: A004
    home,
    identities,
    links,
    looking,
    networks,
    offers,
    overheard,
    posting,
    problems,
    recaps,
    resources,
    search,
    stops,
)
