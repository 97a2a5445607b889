"""Django's roll-call: one line a room. One app, one schema history; rooms can move without a
migration."""

from talteen.life.answer.disclose.models import *  # noqa: F403
from talteen.life.answer.mailbox_models import *  # noqa: F403
from talteen.life.answer.mandate_models import *  # noqa: F403
from talteen.life.answer.models import *  # noqa: F403
from talteen.life.answer.officer_models import *  # noqa: F403
from talteen.life.answer.restriction_models import *  # noqa: F403
from talteen.life.capture.models import *  # noqa: F403
from talteen.life.destroy.models import *  # noqa: F403
from talteen.life.hold.opinion_models import *  # noqa: F403
from talteen.life.seal.models import *  # noqa: F403
from talteen.life.transcribe.models import *  # noqa: F403
from talteen.life.use.coach.models import *  # noqa: F403
from talteen.life.use.guide.models import *  # noqa: F403
from talteen.life.use.models import *  # noqa: F403
from talteen.life.use.quality.models import *  # noqa: F403
from talteen.life.use.study.models import *  # noqa: F403
from talteen.oversight.breaches.models import *  # noqa: F403
from talteen.oversight.drill_models import *  # noqa: F403
from talteen.oversight.holder_models import *  # noqa: F403
from talteen.oversight.models import *  # noqa: F403
from talteen.oversight.proposal_models import *  # noqa: F403
from talteen.oversight.use.models import *  # noqa: F403
from talteen.oversight.visit_models import *  # noqa: F403
from talteen.register.assessment_models import *  # noqa: F403
from talteen.register.emergency_models import *  # noqa: F403
from talteen.register.investigation_models import *  # noqa: F403
from talteen.register.log.ledger_models import *  # noqa: F403
from talteen.register.models import *  # noqa: F403  (Django finds tables through this module)
from talteen.register.passage_models import *  # noqa: F403
from talteen.register.personnel_opening_models import *  # noqa: F403
from talteen.register.post.message_models import *  # noqa: F403
from talteen.register.programs.api_models import *  # noqa: F403
from talteen.register.spared.do_not_record_models import *  # noqa: F403
from talteen.register.spared.sales_call_models import *  # noqa: F403
from talteen.register.spared.sales_stop_models import *  # noqa: F403
from talteen.register.staff.account_models import *  # noqa: F403
from talteen.register.staff.acknowledgement_models import *  # noqa: F403
from talteen.register.staff.delegation_models import *  # noqa: F403
from talteen.register.staff.head_models import *  # noqa: F403
from talteen.register.staff.partner_models import *  # noqa: F403
from talteen.register.staff.preference_models import *  # noqa: F403
from talteen.register.staff.review_models import *  # noqa: F403
