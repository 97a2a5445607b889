"""What fields of the ledger's entries are made of, beside ids, times, days and counts. Pure."""

from typing import NewType

Sha256 = NewType("Sha256", bytes)
"""A SHA-256 digest: 32 bytes."""
Version = NewType("Version", str)
"""The number of a published text, such as ``2026-3`` or ``announce.fi@1``."""
