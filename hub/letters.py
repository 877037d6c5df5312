"""The platform's own mails: invitations, and what concerns an account."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub import delivery, invitations
from hub.delivery import Letter, Skip
from hub.models import Delivery, Invitation, User
from hub.sealing import unseal

ACCOUNT = "account"
INVITATION = "invitation"


def register() -> None:
    delivery.register(
        ACCOUNT,
        label=gettext_lazy("Sign-in and account"),
        compose=account_letter,
        is_essential=True,
    )
    delivery.register(
        INVITATION,
        label=gettext_lazy("Invitation to the hub"),
        compose=invitation_letter,
        is_essential=True,
    )


def account_letter(row: Delivery) -> Letter | Skip:
    """As it was written when the person asked for it (hub.adapters)."""
    facts = unseal(row.facts.get("sealed", ""))
    if facts is None:
        return Skip(gettext_lazy("Its content was sealed with another key."))
    html = facts["html"] or linebreaks(facts["text"], autoescape=True)
    return Letter(facts["subject"], facts["text"], html, facts["language"])


def invitation_letter(row: Delivery) -> Letter | Skip:
    found = Invitation.objects.open().select_related("invited_by")
    invitation = found.filter(pk=row.facts["invitation"]).first()
    if invitation is None:
        return Skip(gettext_lazy("The invitation is no longer open."))
    # Who has an account already has chosen a language.
    person = User.objects.filter(email=invitation.email).first()
    language = person.language if person else invitation.language
    with translation.override(language):
        return _invitation_letter(invitation, language)


def _invitation_letter(invitation: Invitation, language: str) -> Letter:
    context: dict[str, Any] = {
        "invitation": invitation,
        "grants": invitations.grants_of(invitation),
        "action_url": settings.BASE_URL + invitation.get_absolute_url(),
        "hub_name": settings.HUB_NAME,
        "hub_url": settings.BASE_URL,
    }
    subject = _("%(who)s invites you to %(hub)s") % {
        "who": invitation.invited_by,
        "hub": settings.HUB_NAME,
    }
    text = render_to_string("mail/invitation.txt", context)
    html = render_to_string("mail/invitation.html", context)
    return Letter(subject, text, html, language)
