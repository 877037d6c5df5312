"""How a programme's twinning goes: read by everybody, changed in versions by its coordinator."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cities.models import Programme
from cities.permissions import can_coordinate
from cities.twinning.models import Scheme
from cities.twinning.schemes import actions
from cities.twinning.schemes.forms import PARTS, SchemeForm, rows_of
from hub.refusals import Refused
from hub.requests import person


# Public: what a twinning asks of a city is read before it applies.
@login_not_required
@require_safe
def scheme(request: HttpRequest, slug: str) -> TemplateResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    may_change = can_coordinate(request.user, programme)
    seen = Scheme.objects.visible_to(request.user).filter(programme=programme)
    found = seen.newest_first().first()
    if found is None and not may_change:
        raise Http404
    context = {
        "programme": programme,
        "scheme": found,
        "can_change": may_change,
        "draft": Scheme.objects.filter(programme=programme, settled_at=None).first()
        if may_change
        else None,
    }
    return TemplateResponse(request, "twinning/schemes/scheme.html", context)


def _draft(request: HttpRequest, slug: str) -> Scheme:
    """The draft of the next version, for who coordinates the programme."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not can_coordinate(request.user, programme):
        raise PermissionDenied
    drafts = Scheme.objects.filter(programme=programme, settled_at=None)
    return get_object_or_404(drafts.select_related("programme"))


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft with its parts; sent without one, it begins a copy of what is settled."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not can_coordinate(request.user, programme):
        raise PermissionDenied
    draft = Scheme.objects.filter(programme=programme, settled_at=None).first()
    if draft is None:
        if request.method != "POST":
            return redirect("scheme", slug)
        actions.begin(programme=programme, by=person(request))
        return redirect("scheme-draft", slug)
    # What begins a draft says nothing of its length: sent twice, it finds the draft there.
    if request.method == "POST" and "months" not in request.POST:
        return redirect("scheme-draft", slug)
    form = SchemeForm(request.POST if request.method == "POST" else None, instance=draft)
    if form.is_valid():
        try:
            actions.write_length(scheme=draft, **form.cleaned_data)
        except Refused as refused:
            return _settled_meanwhile(request, slug, refused)
        messages.success(request, _("Saved."))
        return redirect("scheme-draft", slug)
    context = {
        "programme": programme,
        "scheme": draft,
        "form": form,
        "parts": [(word, label) for word, (_model, label, _own) in PARTS.items()],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/schemes/draft.html", context, status=status)


def _settled_meanwhile(request: HttpRequest, slug: str, refused: Refused) -> HttpResponse:
    messages.error(request, str(refused.sentence))
    return redirect("scheme", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    draft = _draft(request, slug)
    rows = rows_of(part, request.POST if request.method == "POST" else None, draft)
    if rows.is_bound and rows.is_valid():
        try:
            actions.write_part(rows=rows, scheme=draft)
        except Refused as refused:
            return _settled_meanwhile(request, slug, refused)
        messages.success(request, _("Saved."))
        if "more" in request.POST:
            return redirect("scheme-part", slug, part)
        return redirect("scheme-draft", slug)
    context = {
        "programme": draft.programme,
        "scheme": draft,
        "formset": rows,
        "label": PARTS[part][1],
        "own_fields": PARTS[part][2],
    }
    status = 422 if rows.is_bound else 200
    return TemplateResponse(request, "twinning/schemes/part.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def scheme_settlement(request: HttpRequest, slug: str) -> HttpResponse:
    draft = _draft(request, slug)
    if request.method == "POST":
        if actions.settle(scheme=draft):
            messages.success(request, _("Calls and groups that begin from now on follow it."))
        return redirect("scheme", slug)
    context = {
        "confirm_title": _("Settle version %(n)d?") % {"n": draft.number},
        "consequences": [
            _("It cannot be changed any more; what comes later is a new version."),
            _("New calls and groups follow it. Those that run keep theirs, unless they choose it."),
        ],
        "confirm_button": _("Settle it"),
        "cancel_url": reverse("scheme-draft", args=[slug]),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)
