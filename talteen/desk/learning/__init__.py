"""Coaching, passages and playlists, guidance."""
