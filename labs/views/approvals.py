"""The coordinator's answer to those who ask for a place, from the list on the Lab's page."""

import hashlib

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub.requests import person
from labs import actions, people
from labs.forms import ApprovalForm
from labs.models import Lab, Registration
from labs.permissions import can_coordinate
from labs.refusals import Refused
from labs.views.pages import lab_for_page, lab_page


@require_http_methods(["GET", "HEAD", "POST"])
def lab_approvals(request: HttpRequest, slug: str) -> HttpResponse:
    lab = lab_for_page(request, slug)
    if not can_coordinate(request.user, lab):
        raise PermissionDenied
    back = f"{lab.get_absolute_url()}#people"
    if request.method != "POST":
        return redirect(back)
    form = ApprovalForm(request.POST, lab=lab)
    if not form.is_valid():
        return lab_page(request, lab, approval=form, status=422)
    if "back" in request.POST:
        return lab_page(request, lab, approval=form)
    try:
        if form.cleaned_data["answer"] == "refuse":
            return _refuse(request, lab, form) or redirect(back)
        _approve(request, lab, form)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    return redirect(back)


def _refuse(request: HttpRequest, lab: Lab, form: ApprovalForm) -> HttpResponse | None:
    """Several people at once only after a page that says who, and exactly them."""
    asked = list(actions.to_be_refused(lab, form.wanted()).select_related("user"))
    confirmed = form.cleaned_data["confirmed"]
    if len(asked) > 1 and confirmed != _stamp(asked):
        return _confirm(request, lab, form, asked)
    refused = actions.refuse(
        by=person(request),
        lab=lab,
        people=[registration.pk for registration in asked],
        reason=form.cleaned_data["reason"],
    )
    text = ngettext(
        "%(n)s person got no place and is told why.",
        "%(n)s people got no place and are told why.",
        refused,
    )
    messages.success(request, text % {"n": refused})
    return None


def _confirm(
    request: HttpRequest, lab: Lab, form: ApprovalForm, asked: list[Registration]
) -> HttpResponse:
    has_changed = bool(form.cleaned_data["confirmed"])
    context = {
        "lab": lab,
        "names": [str(registration.user) for registration in asked[: people.NAMES_SHOWN]],
        "unnamed": max(0, len(asked) - people.NAMES_SHOWN),
        "count": len(asked),
        "reason": form.cleaned_data["reason"],
        "fields": form.sent(),
        "stamp": _stamp(asked),
        "has_changed": has_changed,
    }
    # Asked again because others wait by now: refused. Asked for the first time: a question.
    status = 422 if has_changed else 200
    return TemplateResponse(request, "labs/refusal.html", context, status=status)


def _stamp(asked: list[Registration]) -> str:
    """Names exactly these people, however many they are."""
    numbers = ",".join(str(pk) for pk in sorted(registration.pk for registration in asked))
    return hashlib.sha256(numbers.encode()).hexdigest()[:32]


def _approve(request: HttpRequest, lab: Lab, form: ApprovalForm) -> None:
    given = actions.approve(by=person(request), lab=lab, people=form.wanted())
    text = ngettext("%(n)s person got a seat.", "%(n)s people got a seat.", given.seated)
    sentence = text % {"n": given.seated}
    if given.waiting:
        text = ngettext(
            "%(n)s person stands on the waitlist.", "%(n)s people stand on the waitlist.",
            given.waiting,
        )  # fmt: skip
        sentence = f"{sentence} {text % {'n': given.waiting}}"
    messages.success(request, sentence)
