"""The house of the screens' own tests, and the backups of the drills."""

from tests.desk.conftest import desk
from tests.drills.conftest import recoveries

__all__ = ["desk", "recoveries"]
