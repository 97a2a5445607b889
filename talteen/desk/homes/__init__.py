"""Where each role begins: one answer, one deed, three jobs of the day."""
