"""The link in a mail by which the owner of a text says how true it still is, without signing in.

It is signed for one person and one text, ends after a while, and opens nothing for whom somebody
else has taken the text over from.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from hub.models import User
from knowledge.enums import State
from knowledge.models import Article

SALT = "knowledge.still-true"
LASTS = timedelta(days=60)


@dataclass(frozen=True)
class Asked:
    user: User
    article: Article

    @property
    def is_open(self) -> bool:
        """Asked and not answered: a link is good for one answer."""
        return self.article.is_standing and self.article.asked_at is not None


def url_for(user: User, article: Article) -> str:
    token = signing.dumps([article.pk, user.pk], salt=SALT)
    return str(settings.BASE_URL) + reverse("still-true", args=[token])


def read(token: str) -> Asked | None:
    """Who is asked about what; None where it is forged or too old, or no longer theirs."""
    try:
        article_id, user_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    known = (
        Article.objects.exclude(state=State.DRAFT)
        .filter(removed_at=None)
        .select_related("city", "live", "owner")
    )
    article = known.filter(pk=article_id, owner_id=user_id).first()
    return Asked(user, article) if user and article else None
