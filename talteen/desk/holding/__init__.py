"""Holds: what waits, what goes on for a reason, what two persons end."""
