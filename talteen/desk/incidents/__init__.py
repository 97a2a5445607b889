"""Breaches: the report, the room, the letters."""
