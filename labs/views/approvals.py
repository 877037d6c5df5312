"""The coordinator's answer to those who ask for a place, from the list on the Lab's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hub.requests import person
from labs import actions
from labs.forms import ApprovalForm
from labs.models import Lab
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
    if form.is_valid():
        try:
            _answer(request, lab, form)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        return redirect(back)
    return lab_page(request, lab, approval=form, status=422)


def _answer(request: HttpRequest, lab: Lab, form: ApprovalForm) -> None:
    by, chosen = person(request), form.wanted()
    if form.cleaned_data["answer"] == "refuse":
        reason = form.cleaned_data["reason"]
        refused = actions.refuse(by=by, lab=lab, people=chosen, reason=reason)
        text = ngettext(
            "%(n)s person got no place and is told why.",
            "%(n)s people got no place and are told why.",
            refused,
        )
        messages.success(request, text % {"n": refused})
        return
    given = actions.approve(by=by, lab=lab, people=chosen)
    text = ngettext("%(n)s person got a seat.", "%(n)s people got a seat.", given.seated)
    sentence = text % {"n": given.seated}
    if given.waiting:
        text = ngettext(
            "%(n)s person stands on the waitlist.", "%(n)s people stand on the waitlist.",
            given.waiting,
        )  # fmt: skip
        sentence = f"{sentence} {text % {'n': given.waiting}}"
    messages.success(request, sentence)
