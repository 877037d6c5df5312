"""Who is here, what they say of themselves, and the form in which they say it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cities import atlas
from cities.asking.permissions import can_ask
from cities.models import Contact, Profile
from cities.profiles import actions, finding
from cities.profiles.forms import PersonFilter, ProfileForm
from hub.enums import Listing
from hub.files import Refused
from hub.languages import LANGUAGES
from hub.models import User
from hub.requests import person

PER_PAGE = 30


# Public: visitors find those who chose to be found by them.
@login_not_required
@require_safe
def people(request: HttpRequest) -> TemplateResponse:
    """Who is here, and who knows what; addresses are nobody's business."""
    now = atlas.of(request)
    form = PersonFilter(request.GET, now)
    wanted = form.wanted()
    words = finding.by_words(request.user, wanted["q"]) if wanted.get("q") else None
    among = words.people if words else None
    total, counts = finding.counts(request.user, wanted, among)
    form.show(counts)
    found = finding.people(request.user, wanted, among)
    paginator = Paginator(finding.with_list_facts(found, request.user), PER_PAGE)
    # Known already: the paginator need not count again.
    paginator.count = total
    page: Any = paginator.get_page(request.GET.get("page"))
    context = {
        "filter": form,
        "page": page,
        "rows": [(found, now.domains_of(found.domain_ids)) for found in page],
        "words": words,
        "wanted": wanted,
    }
    return TemplateResponse(request, "cities/profiles/people.html", context)


# Public: for visitors the page of somebody who did not choose it does not exist.
@login_not_required
@require_safe
def person_page(request: HttpRequest, pk: int) -> TemplateResponse:
    seen = User.objects.visible_to(request.user)
    found: Any = get_object_or_404(finding.with_page_facts(seen, request.user), pk=pk)
    profile: Profile | None = getattr(found, "profile", None)
    now = atlas.of(request)
    context = {
        "person": found,
        "profile": profile,
        "domains": now.domains_of(found.domain_ids),
        "levers": now.levers_of(found.lever_ids),
        "languages": _languages(profile),
        "contacts": found.seen_contacts,
        "is_own": request.user.pk == found.pk,
        "may_ask": can_ask(request.user, found, profile),
    }
    return TemplateResponse(request, "cities/profiles/person.html", context)


def _languages(profile: Profile | None) -> list[str]:
    names = dict(LANGUAGES)
    return [names.get(code, code) for code in profile.languages] if profile else []


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own, and nobody else's."""
    # A copy: the frame around the page shows what is stored.
    me = User.objects.get(pk=person(request).pk)
    stands = Profile.objects.filter(user=me).select_related("picture").first()
    contacts = {contact.way: contact for contact in Contact.objects.filter(user=me)}
    picture = stands.picture if stands else None
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProfileForm(
        *data,
        instance=stands or Profile(user=me),
        initial={"listing": me.listing},
        contacts=contacts,
    )
    if form.is_valid() and _recorded(form, me):
        messages.success(request, _("Your profile is saved."))
        return redirect("person", pk=me.pk)
    context = {"form": form, "picture": picture, "has_profile": stands is not None}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "cities/profiles/profile_form.html", context, status=status)


def _recorded(form: ProfileForm, me: User) -> bool:
    data = form.cleaned_data
    try:
        actions.record(
            profile=form.instance,
            listing=Listing(data["listing"]),
            contacts=form.contacts(),
            terms={"domains": data["domains"], "levers": data["levers"]},
            picture=data["picture"],
            drops_picture=data.get("drops_picture", False),
            by=me,
        )
    except Refused as refused:
        form.add_error("picture", str(refused))
        return False
    return True
