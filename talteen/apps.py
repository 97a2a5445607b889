"""The one Django app."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class TalteenConfig(AppConfig):
    """Registers the tables of all rooms under one name."""

    name = "talteen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """After each migration the rights of the roles are laid anew, whatever it changed."""
        post_migrate.connect(_lay_rights, sender=self)


def _lay_rights(*, using: str, **_: object) -> None:
    from talteen.register.database import rights

    rights.lay(connections[using])
