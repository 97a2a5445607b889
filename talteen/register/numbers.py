"""Telephone numbers in one form, so that one number is one key (ITU-T E.164)."""

import re


def international(number: str, country: str) -> str | None:
    """``number`` with plus and country, or None where it is no full number.

    ``country`` is the house's own code with its plus. Spaces, brackets, dots and dashes are left
    out, and so is the zero in ``+358 (0)40``, which is not dialled from abroad.
    """
    digits = re.sub(r"[\s().-]", "", re.sub(r"(?<=\d)\s*\(0\)", "", number))
    if re.fullmatch(r"\+[0-9]{6,15}", digits):
        return digits
    if re.fullmatch(r"00[0-9]{6,15}", digits):
        return "+" + digits[2:]
    return country + digits[1:] if re.fullmatch(r"0[0-9]{5,14}", digits) else None
