"""Numbers that are not recorded, and those that are not sold to."""
