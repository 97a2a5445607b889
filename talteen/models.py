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
from talteen.register.account_models import *  # noqa: F403
from talteen.register.acknowledgement_models import *  # noqa: F403
from talteen.register.api_models import *  # noqa: F403
from talteen.register.assessment_models import *  # noqa: F403
from talteen.register.delegation_models import *  # noqa: F403
from talteen.register.do_not_record_models import *  # noqa: F403
from talteen.register.emergency_models import *  # noqa: F403
from talteen.register.head_models import *  # noqa: F403
from talteen.register.investigation_models import *  # noqa: F403
from talteen.register.ledger_models import *  # noqa: F403
from talteen.register.message_models import *  # noqa: F403
from talteen.register.models import *  # noqa: F403  (Django finds tables through this module)
from talteen.register.partner_models import *  # noqa: F403
from talteen.register.passage_models import *  # noqa: F403
from talteen.register.preference_models import *  # noqa: F403
from talteen.register.review_models import *  # noqa: F403
from talteen.register.sales_call_models import *  # noqa: F403
from talteen.register.sales_stop_models import *  # noqa: F403
