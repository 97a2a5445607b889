"""Whether a recording still opens."""

from datetime import timedelta

from talteen.errors import NoLongerOpens
from talteen.life.seal.vault import Vault
from talteen.register.models import Recording
from tests.kit import vaults
from tests.kit.builders import NOON

STARTED = NOON - timedelta(hours=1)
HOUR = timedelta(hours=1)


def opens(vault: Vault, call: Recording) -> bool:
    try:
        return vaults.sound_of(vault, call, NOON) == vaults.SOUND
    except NoLongerOpens:
        return False
