"""A backup as a folder: what lies in it, how it is known to be whole, and where it is damaged.

It holds ciphertext, the register's rows and the law of the house, never a key: keys have a plane of
their own, which forgets (DESIGN 5). ``docs/formats/backup.md`` describes it for strangers.
"""
