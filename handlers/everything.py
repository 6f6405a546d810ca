"""Importing this registers every word."""

from handlers import (  # noqa: F401
    agendas,
    answers,
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
    prompt_course,
    prompt_library,
    prompts,
    recaps,
    resources,
    search,
    stops,
)
