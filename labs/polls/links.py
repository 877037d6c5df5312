"""The link in a mail by which a person votes without signing in.

It is signed for one purpose, one person and one poll; what can be done with it ends
when the poll does.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.models import User
from labs.models import Poll
from labs.polls.permissions import can_vote

SALT = "labs.poll.vote"


@dataclass(frozen=True)
class Voter:
    user: User
    poll: Poll


def token_for(user: User, poll: Poll) -> str:
    return signing.dumps([poll.pk, user.pk], salt=SALT)


def url_for(user: User, poll: Poll) -> str:
    address = reverse("poll-vote-by-link", args=[poll.slug, token_for(user, poll)])
    return str(settings.BASE_URL) + address


def read(slug: str, token: str) -> Voter | None:
    """Whose link it is and for what; None where it is forged, or either is gone or out of reach."""
    try:
        poll_id, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    poll = Poll.objects.with_frame().filter(pk=poll_id, slug=slug).first()
    if user is None or poll is None:
        return None
    return Voter(user, poll) if can_vote(user, poll) else None
