"""Statements of accountability (GDPR 5(2), 24, 30; REGISTER 17.2): a month, a year of requests, a
quarter of access, and who may open anything today.

``values`` is what a statement is, pure, with the rule that it adds up; each other file counts one
kind from rows and the ledger; ``signed`` writes it as a file that the key of the log signs.
"""
