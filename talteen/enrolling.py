"""Is the capture node of this machine believed, and does it know what it must? Asked at each of its
starts, with the rights of a node: nothing of the house's own is opened. ``founding`` enrols it."""

from datetime import datetime

from talteen import capturing, house_keys
from talteen.config import Config
from talteen.ids import IntakeKeyId
from talteen.life.capture.ears.intake import Intake
from talteen.life.capture.node_files import write_intake
from talteen.life.seal import telling
from talteen.life.seal.models import IntakeKey, Node
from talteen.register import house as houses

CAPTURE_KEY = "capture.ed25519"


def is_enrolled(config: Config) -> bool:
    """Whether the capture node of this machine is believed, and has all that only a house with its
    keys can give it. Reads what the role of a node may read."""
    keys, name = house_keys.folder(config), config.capture.node
    if not all((keys / file).exists() for file in (CAPTURE_KEY, house_keys.DO_NOT_RECORD)):
        return False
    public = house_keys.signing(config, "capture").public_key().public_bytes_raw()
    # A node has an intake key from the roll on that enrolled it.
    alive = IntakeKey.objects.filter(node=name, closed_n=None)
    return Node.objects.filter(name=name, public=public).exists() and alive.exists()


def tell(config: Config, now: datetime) -> None:
    """Write down for the node of this machine what it must know while the database is away.

    Raises ConfigError where the database holds no house.
    """
    folder, told = capturing.folder(config), config.capture
    telling.tell(folder, told, config.paths.register, now)
    key = IntakeKey.objects.filter(node=told.node, closed_n=None).order_by("-born_n").first()
    if key is not None:
        write_intake(folder, Intake(IntakeKeyId(key.id), bytes(key.public)))
    folder.name.write_text(str(houses.row().id))
