from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub.delivery import board
from hub.forms.inbox import DecisionForm
from hub.models import Delivery
from hub.requests import back, person


@require_POST
def delivery_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """A coordinator's word on a message that failed or perhaps arrived."""
    me, form = person(request), DecisionForm(request.POST)
    row = get_object_or_404(Delivery, pk=pk)
    if not board.may_decide(me, row.event) or not form.is_valid():
        raise Http404
    if form.cleaned_data["decision"] == "again":
        done, words = board.send_again(row, by=me), _("It is sent again within a minute.")
    else:
        done, words = board.mark_arrived(row, by=me), _("It is marked as arrived.")
    if done:
        messages.success(request, words)
    else:
        messages.warning(request, _("Somebody was faster: its state has changed meanwhile."))
    return back(request, "inbox")
