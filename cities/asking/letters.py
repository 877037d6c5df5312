"""The mail that carries a message on; it names the writer and shows nobody's address."""

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.asking import links
from cities.asking.actions import MAIL
from cities.models import InquiryMessage, Refusal
from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import drawn
from hub.models import Delivery

GONE = gettext_lazy("The message is no longer there.")
REFUSED = gettext_lazy("The person wants no more from who wrote it.")


def register() -> None:
    label = gettext_lazy("Questions to me from other people, and their answers")
    delivery.register(MAIL, label=label, compose=compose)


def compose(row: Delivery) -> Letter | Skip:
    pk = int(row.event.removeprefix("message:"))
    found = InquiryMessage.objects.select_related("inquiry__asker", "inquiry__asked")
    message = found.filter(pk=pk, removed_at=None).first()
    if message is None or row.user is None or message.receiver != row.user:
        return Skip(GONE)
    if not message.author.is_active:
        return Skip(GONE)
    if Refusal.objects.between(row.user, message.author).exists():
        return Skip(REFUSED)
    is_question = message.is_of_asker
    facts = {"name": message.author, "words": Truncator(message.text).chars(60)}
    subject = _("%(name)s asks you: %(words)s") if is_question else _("%(name)s: %(words)s")
    context = {
        "message": message,
        "is_question": is_question,
        "action_url": links.url_for(message),
        "page_url": settings.BASE_URL + reverse("inquiry", args=[message.inquiry_id]),
    }
    return drawn(row, "cities/asking/mail/message", subject % facts, context)
