"""Questions from person to person: asked, read, answered, refused."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.asking import actions, finding, links
from cities.asking.forms import MessageForm, QuestionToPersonForm
from cities.asking.permissions import can_ask, can_write
from cities.models import Inquiry, Profile, Refusal
from hub.models import User
from hub.paging import page_of
from hub.requests import person, speak_to

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody; the hub sends the mail, and neither sees the other's address."""
    me = person(request)
    asked = get_object_or_404(User.objects.visible_to(me), pk=pk)
    if not can_ask(me, asked, Profile.objects.filter(user=asked).first()):
        raise PermissionDenied
    form = QuestionToPersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.ask(by=me, person=asked, text=form.cleaned_data["text"])
        except actions.TooMany:
            form.add_error(None, _too_many())
        except actions.NotTaken as refused:
            raise PermissionDenied from refused
        else:
            messages.success(request, _("Your question is on its way."))
            return redirect(made)
    context = {"asked": asked, "form": form}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "cities/asking/question.html", context, status=status)


@require_safe
def inquiry_list(request: HttpRequest) -> TemplateResponse:
    me = person(request)
    page = page_of(finding.with_newest(me), request.GET.get("page"), PER_PAGE)
    rows = [(found, found.other_than(me)) for found in page]
    context = {"page": page, "rows": rows}
    return TemplateResponse(request, "cities/asking/inquiry_list.html", context)


@require_safe
def inquiry(request: HttpRequest, pk: int) -> TemplateResponse:
    return _page(request, _seen(request, pk), MessageForm())


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _seen(request, pk), MessageForm(request.POST)
    if form.is_valid() and _written(person(request), found, form):
        messages.success(request, _("Your message is on its way."))
        return redirect(found)
    return _page(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def refusal(request: HttpRequest, pk: int) -> HttpResponse:
    found, me = _seen(request, pk), person(request)
    other = found.other_than(me)
    if request.method == "POST":
        actions.refuse(by=me, person=other)
        messages.success(request, _("You get nothing more from %(name)s.") % {"name": other})
        return redirect(found)
    context = _refusal_words(other) | {"cancel_url": found.get_absolute_url()}
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_POST
def taking_again(request: HttpRequest, pk: int) -> HttpResponse:
    found, me = _seen(request, pk), person(request)
    actions.take_again(by=me, person=found.other_than(me))
    messages.success(request, _("You can write to each other again."))
    return redirect(found)


# Public: the signed link in a mail says who answers, to one message.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, so that link scanners trigger nothing."""
    opened = links.read(token)
    if opened is None:
        return TemplateResponse(request, "cities/asking/reply_closed.html", status=404)
    message, me = opened
    speak_to(request, me)
    other = message.author
    if request.method == "POST" and "refuse" in request.POST:
        actions.refuse(by=me, person=other)
        messages.success(request, _("You get nothing more from %(name)s.") % {"name": other})
        return redirect(request.path)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _written(me, message.inquiry, form):
        messages.success(request, _("Your message is on its way."))
        return redirect(request.path)
    context = {
        "message": message,
        "other": other,
        "form": form,
        "may_write": can_write(me, message.inquiry),
        "has_refused": Refusal.objects.visible_to(me).filter(refused=other).exists(),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "cities/asking/reply.html", context, status=status)


def _written(me: User, found: Inquiry, form: MessageForm) -> bool:
    try:
        actions.write(by=me, inquiry=found, text=form.cleaned_data["text"])
    except actions.TooMany:
        form.add_error(None, _too_many())
    except actions.NotTaken:
        form.add_error(None, _("Nothing more can be sent here."))
    else:
        return True
    return False


def _seen(request: HttpRequest, pk: int) -> Inquiry:
    return get_object_or_404(Inquiry.objects.visible_to(request.user).with_people(), pk=pk)


def _page(request: HttpRequest, found: Inquiry, form: MessageForm) -> TemplateResponse:
    me = person(request)
    other = found.other_than(me)
    context: dict[str, Any] = {
        "inquiry": found,
        "other": other,
        "rows": finding.messages_of(found, me),
        "form": form,
        "may_write": can_write(me, found),
        "has_refused": Refusal.objects.visible_to(me).filter(refused=other).exists(),
        "knows_other": User.objects.visible_to(me).filter(pk=other.pk).exists(),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "cities/asking/inquiry.html", context, status=status)


def _refusal_words(other: User) -> dict[str, Any]:
    return {
        "confirm_title": _("No more from %(name)s?") % {"name": other},
        "consequences": [
            _("Neither of you can write to the other through the hub."),
            _("%(name)s is not told. You can change it here at any time.") % {"name": other},
        ],
        "confirm_button": _("No more from this person"),
    }


def _too_many() -> str:
    return _("You have sent a lot today. Send this one tomorrow.")
