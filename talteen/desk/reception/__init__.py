"""Calls as they run, and why each was recorded or not."""
