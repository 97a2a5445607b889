"""Where data go: every connector and store of a house, whose machine it is, and whether its record
still carries anything new."""
