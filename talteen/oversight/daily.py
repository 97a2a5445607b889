"""What is looked after beside the calls themselves, once a night or a few times an hour: the report
of the night, how the register is used, records that lapse, the access log for those who watch
many systems, and a word to people for whom something waits."""

from datetime import datetime, timedelta

from talteen.clock import SystemClock, helsinki_date, start_of_day
from talteen.config import Config
from talteen.life.seal.vault import Vault
from talteen.notice import months
from talteen.notice.particulars import RegisterFile
from talteen.oversight import digest, night
from talteen.oversight.flow import gate, telling
from talteen.oversight.use import checks, looking, syslog
from talteen.oversight.use.models import OddUse, PurposeCheck
from talteen.register.emergency_models import Emergency
from talteen.register.investigation_models import BreachOpening
from talteen.register.personnel_opening_models import PersonnelOpening
from talteen.register.staff import credentials


def tend(vault: Vault, file: RegisterFile, config: Config, now: datetime) -> None:
    """Called by every sweep; each part knows when it was done last. Idempotent."""
    night.report(file, now)
    if looking.due(now):
        looking.look(vault, file, now)
        checks.draw(now)
        _forget(file.retention.log_months, now)
        credentials.forget_sessions(SystemClock().now())
    digest.send(config.web.address, now)
    telling.remind(config, file, now)
    syslog.send(gate.log_server(config, file, now), now)


def _forget(log_months: int, now: datetime) -> None:
    """What was noticed in the access log lives no longer than the log itself; what two persons
    agreed to open, neither: who, when and for how long."""
    over = months.later(helsinki_date(now), -log_months) - timedelta(days=1)
    OddUse.objects.filter(day__lt=over).delete()
    PurposeCheck.objects.filter(week__lt=over).delete()
    for opened in (Emergency, BreachOpening, PersonnelOpening):
        opened.objects.filter(asked_at__lt=start_of_day(over)).delete()
