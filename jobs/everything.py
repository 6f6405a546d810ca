"""Importing this registers every step of the clock."""

from jobs import agendas, caught, checkins, erasing, followups, prompts, recaps, retention  # noqa: F401
