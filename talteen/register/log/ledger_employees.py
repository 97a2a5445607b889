"""What the ledger says of the employees' notice: which wording counts, and that somebody has said a
word of it. Pure.

Nobody is named (I21): who it was stands in the house's own row of the same instant.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from talteen.notice.acknowledgements import EmployeeWord
from talteen.register.log.ledger_types import Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeesTold:
    """From ``since`` on this wording of the employees' notice is to be acknowledged."""

    tag: ClassVar[str] = "employees_told"
    sha256: Sha256
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeAnswered:
    """One person has read it, permits recording by it, or takes the permission back."""

    tag: ClassVar[str] = "employee_answered"
    sha256: Sha256
    word: EmployeeWord


EmployeeEntry = EmployeesTold | EmployeeAnswered
