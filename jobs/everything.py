"""Importing this registers every step of the clock."""

from jobs import agendas, caught, checkins, followups, recaps  # noqa: F401
