"""The people of a city, an organisation or a programme, and who is asked to join."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.enums import Role
from cities.models import City, Membership, OfferedMembership, Organisation, Programme
from cities.models.places import by_swedish_order
from cities.people import actions, permissions
from cities.people import rights as who_may_what
from cities.people.forms import InviteForm, RoleForm
from hub.actions import invitations
from hub.models import Invitation
from hub.requests import person


@require_safe
def people(request: HttpRequest, kind: str, slug: str) -> TemplateResponse:
    place = _place(request, kind, slug)
    can_keep = permissions.can_keep_people(person(request), place)
    if not can_keep and not permissions.is_member(person(request), place):
        raise PermissionDenied
    members = Membership.objects.visible_to(person(request)).current()
    context = {
        "place": place,
        "members": members.filter(**actions.field_of(place))
        .select_related("user")
        .order_by(by_swedish_order("user__name"), "pk"),
        "offers": _waiting_offers(place) if can_keep else [],
        "can_keep": can_keep,
        "invite_url": reverse(f"{kind}-invite", args=[slug]),
        "rights_url": reverse(f"{kind}-rights", args=[slug]),
    }
    return TemplateResponse(request, "cities/people.html", context)


@require_safe
def rights(request: HttpRequest, kind: str, slug: str) -> TemplateResponse:
    """Who may do what here, for those who keep the place's people."""
    place = _place(request, kind, slug)
    if not permissions.can_keep_people(person(request), place):
        raise PermissionDenied
    labels, rows = who_may_what.table(place, person(request))
    context = {"place": place, "labels": labels, "rows": rows, "people_url": _people_url(place)}
    return TemplateResponse(request, "cities/rights.html", context)


@require_safe
def own_rights(request: HttpRequest) -> TemplateResponse:
    """What one may do and because of which role; asked of the functions that the pages ask."""
    me = person(request)
    context = {"places": who_may_what.of(me, who_may_what.roles_of(me)), "is_admin": me.is_staff}
    return TemplateResponse(request, "cities/own_rights.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    place = _place(request, kind, slug)
    me = person(request)
    if not permissions.can_keep_people(me, place):
        raise PermissionDenied
    form = InviteForm(request.POST or None, place=place, initial={"language": get_language()})
    if form.is_valid():
        data = form.cleaned_data
        actions.invite(place=place, by=me, **data | {"role": Role(data["role"])})
        messages.success(
            request, _("The invitation to %(email)s is on its way.") % {"email": data["email"]}
        )
        return redirect(_people_url(place))
    context = {"place": place, "form": form, "people_url": _people_url(place)}
    return TemplateResponse(request, "cities/invite.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    back = _people_url(membership.place)
    form = RoleForm(request.POST or None, membership=membership)
    if form.is_valid():
        new = Role(form.cleaned_data["role"])
        if new == membership.role:
            return redirect(back)
        try:
            actions.change_role(membership=membership, role=new, by=person(request))
        except actions.LastCoordinator:
            form.add_error("role", _last_coordinator())
        except actions.AlreadyHeld:
            form.add_error("role", _("The person has that role here already."))
        else:
            messages.success(request, _("The role is changed."))
            return redirect(back)
    context = {"membership": membership, "form": form, "people_url": back}
    template = "cities/membership_role.html"
    return TemplateResponse(request, template, context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    membership = _membership(request, pk)
    facts = {"person": membership.user, "place": membership.place}
    consequences = [
        _("What only members of %(place)s may see closes at once.") % facts,
        _("What %(person)s has written stays, under the same name.") % facts,
        _("The account stays, and can be invited again at any time."),
    ]
    if request.method == "POST":
        try:
            actions.end_membership(membership=membership, by=person(request))
        except actions.LastCoordinator:
            consequences = [_last_coordinator()]
        else:
            messages.success(request, _("The membership has ended."))
            # Whoever ended their own may not look at the list any more.
            is_own = membership.user_id == request.user.pk
            return redirect("home" if is_own else _people_url(membership.place))
    context = {
        "confirm_title": _("End the membership of %(person)s in %(place)s?") % facts,
        "consequences": consequences,
        "confirm_button": _("End the membership"),
        "cancel_url": _people_url(membership.place),
    }
    template = "components/confirm_page.html"
    return TemplateResponse(request, template, context, status=_status(request))


@require_POST
def resending(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    try:
        invitations.resend(invitation=offer.invitation, by=person(request))
    except invitations.NotOpen:
        messages.warning(request, _("The invitation has been answered meanwhile."))
    else:
        facts = {"email": offer.invitation.email}
        messages.success(request, _("The invitation to %(email)s is on its way again.") % facts)
    return redirect(_people_url(offer.place))


@require_http_methods(["GET", "HEAD", "POST"])
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    facts = {"email": offer.invitation.email}
    if request.method == "POST":
        try:
            invitations.revoke(invitation=offer.invitation, by=person(request))
        except invitations.NotOpen:
            messages.warning(request, _("The invitation has been answered meanwhile."))
        else:
            messages.success(request, _("The invitation to %(email)s is withdrawn.") % facts)
        return redirect(_people_url(offer.place))
    context = {
        "confirm_title": _("Withdraw the invitation to %(email)s?") % facts,
        "consequences": [_("The link in the mail stops working.")],
        "confirm_button": _("Withdraw the invitation"),
        "cancel_url": _people_url(offer.place),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


def _place(request: HttpRequest, kind: str, slug: str) -> permissions.Place:
    if kind == "city":
        return get_object_or_404(City.objects.visible_to(request.user), slug=slug)
    if kind == "organisation":
        return get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    return get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)


def _membership(request: HttpRequest, pk: int) -> Membership:
    """A current membership that this person keeps; 404 where they may not even see it."""
    me = person(request)
    found = get_object_or_404(
        Membership.objects.visible_to(me)
        .current()
        .select_related("user", "city", "organisation", "programme"),
        pk=pk,
    )
    if not permissions.can_keep_people(me, found.place):
        raise PermissionDenied if permissions.is_member(me, found.place) else Http404
    return found


def _offer(request: HttpRequest, pk: int) -> OfferedMembership:
    """What an invitation that still waits offers; 404 for whoever does not keep the place."""
    found = get_object_or_404(
        OfferedMembership.objects.select_related(
            "invitation", "city", "organisation", "programme"
        ).filter(invitation__in=Invitation.objects.waiting()),
        invitation=pk,
    )
    if not permissions.can_keep_people(person(request), found.place):
        raise Http404
    return found


def _waiting_offers(place: permissions.Place) -> list[OfferedMembership]:
    offers = OfferedMembership.objects.filter(
        invitation__in=Invitation.objects.waiting(), **actions.field_of(place)
    )
    return list(
        offers.select_related("invitation", "invitation__invited_by").order_by(
            "-invitation__invited_at", "pk"
        )
    )


def _people_url(place: permissions.Place) -> str:
    return reverse(f"{type(place).__name__.lower()}-people", args=[place.slug])


def _status(request: HttpRequest) -> int:
    """A form that comes back after it was sent has errors."""
    return 422 if request.method == "POST" else 200


def _last_coordinator() -> str:
    return _("A programme needs at least one coordinator. Invite another one first.")
