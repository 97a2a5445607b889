"""Every call accounted for: the calls of an exchange against what the register has. Pure.

``values`` says what a verdict is, ``matching`` which recording belongs to which call, ``rules``
what follows. Why this is asked at all: a recorder that loses one call in thirty loses it silently
(docs/decisions/086-every-call-accounted-for.md).
"""
