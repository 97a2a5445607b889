"""The ledger: what an entry says, where it lies, who witnesses it."""
