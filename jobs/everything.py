"""Importing this registers every step of the clock."""

from jobs import agendas, caught, checkins, followups, prompts, recaps  # noqa: F401
