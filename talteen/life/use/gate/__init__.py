"""The gate before everything that outlives a call: no name, no number, no words of a call."""
