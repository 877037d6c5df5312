"""What a person may do on the platform itself."""

from django.conf import settings

from hub import access
from hub.models import User


def can_use_desk(user: User) -> bool:
    return any(access.is_privileged(key) for key in access.keys_of(user))


def can_read_mails(user: User) -> bool:
    """Only the sink of a sample hub: a real hub's mails are their receivers' alone."""
    return settings.SAMPLE_HUB and access.holds(user, access.ADMIN)
