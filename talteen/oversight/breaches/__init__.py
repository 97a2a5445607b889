"""The breach room: the register of all breaches, and the work on each (GDPR 33, 34; REGISTER
17.5)."""
