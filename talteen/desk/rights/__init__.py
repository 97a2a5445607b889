"""Requests of data subjects: their pages, letters, packages, and the public page."""
