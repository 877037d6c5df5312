"""The link in a mail by which whoever owes a follow-up says that it is done, without signing in.

It is signed for one person and one follow-up; it opens nothing for whom it was taken from.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.models import User
from labs.models import Outcome
from labs.permissions import can_settle

SALT = "labs.follow-up"


@dataclass(frozen=True)
class Owed:
    user: User
    follow_up: Outcome


def url_for(user: User, follow_up: Outcome) -> str:
    token = signing.dumps([follow_up.pk, user.pk], salt=SALT)
    return str(settings.BASE_URL) + reverse("follow-up-answer", args=[token])


def read(token: str) -> Owed | None:
    """Whose link it is and for what; None where it is forged, or no longer theirs to answer."""
    try:
        follow_up_id, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    found = Outcome.objects.follow_ups().with_frame().filter(pk=follow_up_id).first()
    if user is None or found is None or not can_settle(user, found):
        return None
    return Owed(user, found)
