"""What leaves for an authority, for counsel or an insurer: from the request to the receipt, and
what its receiver must be told later."""
