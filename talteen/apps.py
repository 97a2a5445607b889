"""The one Django app."""

from django.apps import AppConfig


class TalteenConfig(AppConfig):
    """Registers the tables of all rooms under one name."""

    name = "talteen"
    default_auto_field = "django.db.models.BigAutoField"
