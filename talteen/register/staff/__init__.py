"""People: their ways in, duties, undertakings, those who decide by two."""
