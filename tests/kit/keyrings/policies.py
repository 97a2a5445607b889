"""The policies of docs/operators/key-holders.md, word for word as an operator would copy them."""

import json
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs" / "operators" / "key-holders.md"


def _blocks(language: str) -> dict[str, str]:
    """Fenced blocks called ``# policy NAME``, or for JSON ``policy NAME:`` on the line before."""
    text = PAGE.read_text()
    found = re.findall(rf"`talteen-([a-z-]+)`[^\n]*\n\n?```{language}\n(.*?)```", text, re.DOTALL)
    return dict(found)


BAO_POLICIES = _blocks("hcl")
"""OpenBao: "live", "backup", "reaper", "restore"."""
KMS_POLICIES: dict[str, Any] = {name: json.loads(text) for name, text in _blocks("json").items()}
"""IAM: the same four."""
