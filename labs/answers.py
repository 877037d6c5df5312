"""The link in a mail by which a person answers without signing in.

It is signed for one purpose, one person and one Lab, and ends when the Lab does.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub import access
from hub.models import User
from labs.models import Lab
from labs.permissions import audience_keys

SALT = "labs.answer"


@dataclass(frozen=True)
class Invited:
    user: User
    lab: Lab

    @property
    def is_open(self) -> bool:
        """The link ends when the Lab does."""
        return self.lab.is_published and not self.lab.is_over


def url_for(user: User, lab: Lab) -> str:
    token = signing.dumps([lab.pk, user.pk], salt=SALT)
    return str(settings.BASE_URL) + reverse("lab-answer", args=[token])


def read(token: str) -> Invited | None:
    """Whose link it is and for what; None where it is forged, or either is gone or out of reach."""
    try:
        lab_id, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return invited(user_id, lab_id)


def invited(user_id: int, lab_id: int) -> Invited | None:
    """A person and a published Lab within their reach; None where it is not so, or no longer."""
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    lab = Lab.objects.with_frame().filter(pk=lab_id).first()
    if user is None or lab is None or lab.is_draft:
        return None
    return Invited(user, lab) if access.opened_by(user, audience_keys(lab)) else None
