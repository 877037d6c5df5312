"""The link in a mail by which a person answers one message without signing in.

It is signed for one purpose, opens nothing that the mail did not say, and ends after a while.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from cities.models import InquiryMessage
from hub.models import User

SALT = "cities.asking"
LASTS = timedelta(days=60)


def url_for(message: InquiryMessage) -> str:
    token = signing.dumps([message.pk, message.receiver.pk], salt=SALT)
    return str(settings.BASE_URL) + reverse("inquiry-reply", args=[token])


def read(token: str) -> tuple[InquiryMessage, User] | None:
    """The message and whom it reached; None where it is forged, old, taken down, or one is gone."""
    try:
        pk, user_pk = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_pk, is_active=True).first()
    if user is None:
        return None
    seen = InquiryMessage.objects.visible_to(user).filter(pk=pk, removed_at=None)
    message = seen.select_related("inquiry__asker", "inquiry__asked").first()
    if message is None or message.receiver != user:
        return None
    return message, user
