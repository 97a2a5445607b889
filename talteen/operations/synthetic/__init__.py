"""A call of the house to itself: its own announcement, played by itself, and nobody in it."""
