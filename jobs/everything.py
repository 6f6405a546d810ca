"""Importing this registers every step of the clock."""

from jobs import (  # noqa: F401
    agendas,
    caught,
    checkins,
    erasing,
    followups,
    hiding,
    newcomers,
    organisations,
    prompts,
    protocols,
    recaps,
    retention,
)
