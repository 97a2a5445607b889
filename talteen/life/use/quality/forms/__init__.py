"""Forms that are shipped: one for hotels, one for restaurants."""
