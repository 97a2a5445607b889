"""Telephone numbers in one form, so that one number is one key (ITU-T E.164)."""

import re

_DIGITS, _BETWEEN = re.compile(r"\+?[0-9]+"), re.compile(r"[\s().-]")
_NOT_DIALLED = re.compile(r"(?<=\d)\s*\(0\)")
_FULL, _ABROAD = re.compile(r"\+[0-9]{6,15}"), re.compile(r"00[0-9]{6,15}")
_NATIONAL = re.compile(r"0[0-9]{5,14}")


def international(number: str, country: str) -> str | None:
    """``number`` with plus and country, or None where it is no full number.

    ``country`` is the house's own code with its plus. Spaces, brackets, dots and dashes are left
    out, and so is the zero in ``+358 (0)40``, which is not dialled from abroad.
    """
    digits = number
    if not _DIGITS.fullmatch(number):
        digits = _BETWEEN.sub("", _NOT_DIALLED.sub("", number))
    if _FULL.fullmatch(digits):
        return digits
    if _ABROAD.fullmatch(digits):
        return "+" + digits[2:]
    return country + digits[1:] if _NATIONAL.fullmatch(digits) else None
