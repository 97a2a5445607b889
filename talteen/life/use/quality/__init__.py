"""The quality of the house's own service: which calls are looked at, by which questions, and how
far those who look agree."""
