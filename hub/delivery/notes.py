"""The mail that says what is new in one's inbox."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hub import events, rhythms
from hub.delivery import letters, optouts
from hub.delivery.letters import Letter, Skip
from hub.enums import MailChoice
from hub.models import Delivery, Notification


def compose(delivery: Delivery) -> Letter | Skip:
    user = delivery.user
    if user is None:
        return Skip(_("The person is no longer here."))
    event_id = int(delivery.event.partition(":")[2])
    note = (
        Notification.objects.visible_to(user)
        .select_related("event__actor")
        .filter(event=event_id)
        .first()
    )
    if note is None:
        return Skip(_("The person may no longer see it."))
    if note.read_at is not None:
        return Skip(_("The person has already read it here."))
    wishes = rhythms.wishes_of({user.pk: user.mail_notes}, note.event.subjects)[user.pk]
    if wishes.rhythm(note.event.subjects, is_direct=note.is_direct) == MailChoice.NEVER:
        return Skip(_("The person wants no mail about news."))
    sentence = events.sentence(note.event)
    facts = {
        "sentence": sentence,
        "event": note.event,
        "is_direct": note.is_direct,
        "action_url": settings.BASE_URL + note.event.url,
        "hub_name": settings.HUB_NAME,
        "hub_url": settings.BASE_URL,
        "unsubscribe_url": optouts.url_of(delivery),
        "settings_url": settings.BASE_URL + reverse("mail-settings"),
    }
    return Letter(
        # A title is a person's own text: a header takes it without its line breaks.
        subject=" ".join(sentence.split())[:200],
        text=render_to_string("mail/note.txt", facts),
        html=render_to_string("mail/note.html", facts),
        language=user.language,
    )


def register() -> None:
    letters.register(optouts.NOTE, label=_("News in the inbox"), compose=compose)
