import uuid
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from hub import delivery
from hub.letters import ACCOUNT
from hub.models import User
from hub.models.users import normal_email
from hub.sealing import seal

#: Codes and links in these mails are worth nothing after it.
POINTLESS_AFTER = timedelta(hours=1)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation: the hub is a working place, not an open forum."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never here: an invitation's own page makes the account (hub.views.invitations)."""
        return False

    def clean_email(self, email: str) -> str:
        return normal_email(super().clean_email(email))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        # Before the limit is counted: another spelling of an address is no fresh try.
        if "email" in credentials:
            credentials["email"] = normal_email(credentials["email"])
        found: User | None = super().authenticate(request, **credentials)
        return found

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the ledger: a mail server that hangs or is gone delays nobody at the door.

        It costs the same whether the address has an account or not, so that the time
        of the answer tells nothing either.
        """
        request = allauth_context.request
        given = {
            "request": request,
            "email": email,
            "hub_name": settings.HUB_NAME,
            "hub_url": settings.BASE_URL,
        }
        message = self.render_mail(template_prefix, email, given | context)
        facts = {
            "subject": message.subject,
            "text": message.body,
            "html": _html_of(message, given),
            "language": translation.get_language() or settings.LANGUAGE_CODE,
        }
        delivery.plan(
            kind=ACCOUNT,
            event=f"account:{uuid.uuid4()}",
            receivers=[email],
            expires_at=timezone.now() + POINTLESS_AFTER,
            facts={"sealed": seal(facts)},
        )


def _html_of(message: EmailMessage, given: dict[str, Any]) -> str:
    """The mail's own HTML, or its text on the paper that all mails have."""
    if isinstance(message, EmailMultiAlternatives) and message.alternatives:
        return str(message.alternatives[0][0])
    text, _, signature = message.body.partition("\n-- \n")
    # The last line of a signature names the hub, which the paper does itself.
    reason = signature.strip().rpartition("\n")[0]
    own = {"subject": message.subject, "text": text.strip(), "reason": reason}
    return render_to_string("mail/plain.html", given | own)
