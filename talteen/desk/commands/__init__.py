"""The commands of ``talteen``, one file a family. Heavy imports stand inside the functions."""

import sys
from importlib import import_module

if "rich" not in sys.modules:
    # structlog loads rich, for tracebacks in colour that no log of ours has: two fifths of what it
    # costs, at every start. It has no switch for it (decision 354).
    sys.modules["rich"] = None  # type: ignore[assignment]
    import_module("structlog.dev")
    del sys.modules["rich"]
