"""Talteen: a call-recording register that keeps its promises. Begin with ``course.py`` and
ARCHITECTURE.md."""
