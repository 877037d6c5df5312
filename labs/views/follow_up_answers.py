"""Saying from a mail that a follow-up is done: looking changes nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labs import actions, follow_ups, settling
from labs.enums import FollowUpState
from labs.forms import SettlingForm
from labs.refusals import Refused


# Public: the signed link in a mail says who answers, for one follow-up, while it is theirs.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_answer(request: HttpRequest, token: str) -> HttpResponse:
    owed = settling.read(token)
    if owed is None:
        return TemplateResponse(request, "labs/follow_up_closed.html", status=404)
    form = SettlingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle(
                by=owed.user,
                follow_up=owed.follow_up,
                state=FollowUpState.DONE,
                note=form.cleaned_data["note"],
            )
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Done. Thank you!"))
            return redirect(request.path)
    context = {
        "owed": owed,
        "follow_up": owed.follow_up,
        "line": follow_ups.line_for(owed.user, owed.follow_up),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/follow_up_answer.html", context, status=status)
