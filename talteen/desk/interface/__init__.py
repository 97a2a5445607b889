"""The API for programs, their tokens, and a directory's way in."""
