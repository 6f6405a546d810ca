"""Storms: the real program, killed at every point, against a platform that breaks."""
