"""The mails about how true a text still is, composed at the moment they leave."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import drawn
from hub.models import Delivery
from knowledge.models import Article, Flag, Handover
from knowledge.permissions import can_edit
from knowledge.upkeep import answers, words
from knowledge.upkeep.asking import HANDOVER, STILL_TRUE

GONE = gettext_lazy("The text is no longer there.")
NOT_PUBLISHED = gettext_lazy("The text is not published.")
ANSWERED = gettext_lazy("The question was answered first.")
NOT_THEIRS = gettext_lazy("Somebody else answers for the text.")
NO_EDITOR = gettext_lazy("This person may no longer edit the text.")


def register() -> None:
    add = delivery.register
    add(STILL_TRUE, label=gettext_lazy("Is your text still true?"), compose=still_true)
    add(HANDOVER, label=gettext_lazy("A text for you to answer for"), compose=handover)


def still_true(row: Delivery) -> Letter | Skip:
    pk = int(row.event.removeprefix("article:"))
    article = Article.objects.select_related("city", "owner").filter(pk=pk).first()
    if article is None or row.user is None:
        return Skip(GONE)
    if not article.is_standing:
        return Skip(NOT_PUBLISHED)
    if article.owner_id != row.user_id:
        return Skip(NOT_THEIRS)
    if article.asked_at is None:
        return Skip(ANSWERED)
    up = Flag.objects.open().filter(article=article)
    found = up.select_related("raised_by", "reuse__city", "article__owner")
    context = {
        "article": article,
        "asked_by": row.facts.get("asked_by", ""),
        "is_again": article.asks > 1,
        "reasons": [words.sentence(flag) for flag in found],
        "action_url": answers.url_for(row.user, article),
        "page_url": settings.BASE_URL + article.get_absolute_url(),
        "edit_url": settings.BASE_URL + reverse("article-edit", args=[article.slug]),
    }
    subject = _("Is this still true? %(title)s") % {"title": article.title}
    return _letter(row, "still_true", subject, context)


def handover(row: Delivery) -> Letter | Skip:
    pk = int(row.event.removeprefix("handover:"))
    asked = Handover.objects.select_related("article__city", "asked_by").filter(pk=pk).first()
    if asked is None or row.user is None:
        return Skip(GONE)
    if not asked.is_open:
        return Skip(ANSWERED)
    if not asked.article.is_standing:
        return Skip(NOT_PUBLISHED)
    if not can_edit(row.user, asked.article):
        return Skip(NO_EDITOR)
    context = {
        "article": asked.article,
        "handover": asked,
        "action_url": settings.BASE_URL + asked.get_absolute_url(),
    }
    subject = _("Will you answer for this text? %(title)s") % {"title": asked.article.title}
    return _letter(row, "handover", subject, context)


def _letter(row: Delivery, name: str, subject: str, context: dict[str, Any]) -> Letter:
    return drawn(row, f"knowledge/mail/{name}", subject, context)
