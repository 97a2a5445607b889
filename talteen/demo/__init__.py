"""The demo house: a cast, spoken calls, three months that are lived through in seconds, and one
report.

Everything here drives the real house by its ordinary acts. Only the clock is movable, and only
sign-in is one click; both exist in a house born as a demo and on loopback alone.
"""
