"""The page behind the link of an invitation. Opening it changes nothing; its buttons do."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hub import invitations as granted
from hub.actions import invitations as actions
from hub.enums import InvitationState
from hub.forms.invitations import JoinForm
from hub.models import Invitation, User

BACKEND = "hub.backends.HubBackend"


# Public: who is invited has no account yet; the token is the ticket.
@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = _find(token)
    if found.state == InvitationState.ACCEPTED and found.accepted_by_id == request.user.pk:
        return redirect("home")
    return _refusal(request, found) or _page(request, found, JoinForm(invitation=found))


# Public, as above.
@login_not_required
@never_cache
@require_POST
def invitation_acceptance(request: HttpRequest, token: str) -> HttpResponse:
    found = _find(token)
    if not isinstance(request.user, User):
        return redirect(_sign_in(found))
    refusal = _refusal(request, found)
    if refusal:
        return refusal
    try:
        actions.accept(invitation=found, user=request.user)
    except actions.NotOpen:
        return _refusal(request, _find(token)) or redirect(found)
    messages.success(request, _("Welcome! You are in."))
    return redirect("home")


# Public, as above: this is where the account is made.
@login_not_required
@never_cache
@require_POST
def invitation_account(request: HttpRequest, token: str) -> HttpResponse:
    found = _find(token)
    refusal = _refusal(request, found)
    if refusal or request.user.is_authenticated:
        return refusal or redirect(found)
    form = JoinForm(request.POST, invitation=found)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        user = actions.join(invitation=found, **form.cleaned_data)
    except actions.AccountExists:
        form.add_error(
            None, _("This address has an account already. Sign in to accept the invitation.")
        )
        return _page(request, found, form, status=422)
    except actions.NotOpen:
        return _refusal(request, _find(token)) or redirect(found)
    login(request, user, backend=BACKEND)
    messages.success(request, _("Welcome! Your account is ready."))
    # Not straight home: a second press of the button must find its way too.
    return redirect(found)


def _find(token: str) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("invited_by"), token=token)


def _page(
    request: HttpRequest, found: Invitation, form: JoinForm, status: int = 200
) -> TemplateResponse:
    context = {
        "invitation": found,
        "grants": granted.grants_of(found),
        "form": form,
        "sign_in_url": _sign_in(found),
    }
    return TemplateResponse(request, "hub/invitation.html", context, status=status)


def _refusal(request: HttpRequest, found: Invitation) -> HttpResponse | None:
    """Why this person cannot take it, or None where they can."""
    if found.state != InvitationState.OPEN:
        context = {"invitation": found, "sign_in_url": _sign_in(found)}
        return TemplateResponse(request, "hub/invitation_closed.html", context, status=410)
    if isinstance(request.user, User) and not _reads(request.user, found.email):
        context = {"invitation": found}
        return TemplateResponse(request, "hub/invitation_foreign.html", context, status=403)
    return None


def _reads(user: User, email: str) -> bool:
    return (
        user.email == email
        or EmailAddress.objects.filter(user=user, email=email, verified=True).exists()
    )


def _sign_in(found: Invitation) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': found.get_absolute_url()})}"
