from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub.actions import mailing
from hub.delivery import letters, optouts
from hub.forms.inbox import MailKindForm
from hub.forms.mailing import FollowRhythmForm, MailForm
from hub.models import User
from hub.requests import back, person


@require_http_methods(["GET", "HEAD", "POST"])
def mail_settings(request: HttpRequest) -> HttpResponse:
    me = User.objects.get(pk=person(request).pk)
    form = MailForm(request.POST if request.method == "POST" else None, person=me)
    if form.is_valid():
        data = form.cleaned_data
        mailing.choose(
            by=me,
            mail_notes=data["mail_notes"],
            digest_hour=data["digest_hour"],
            digest_weekday=data["digest_weekday"],
            wishes=form.wishes(),
        )
        messages.success(request, _("Your settings are saved."))
        return redirect("mail-settings")
    context = {"form": form, "stopped": optouts.stopped_by(me)}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "hub/mail_settings.html", context, status=status)


@require_POST
def mail_kind(request: HttpRequest) -> HttpResponse:
    """A kind of mail that was stopped is wanted again."""
    form = MailKindForm(request.POST)
    if not form.is_valid() or form.cleaned_data["kind"] not in letters.kinds():
        raise Http404
    optouts.Subscription(form.cleaned_data["kind"], person(request)).resume()
    return back(request, "mail-settings")


@require_POST
def follow_rhythm(request: HttpRequest) -> HttpResponse:
    form = FollowRhythmForm(request.POST)
    if not form.is_valid() or not mailing.choose_for(by=person(request), **form.cleaned_data):
        raise Http404
    messages.success(request, _("Your settings are saved."))
    return back(request, "following")
