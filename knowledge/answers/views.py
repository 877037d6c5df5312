from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cities.models import Wish
from hub.requests import person
from knowledge.answers import actions, permissions
from knowledge.answers.forms import AnswerForm
from knowledge.enums import Verdict
from knowledge.models import Answer


def _wish(request: HttpRequest, slug: str, pk: int) -> Wish:
    seen = Wish.objects.visible_to(request.user).with_places()
    return get_object_or_404(seen, pk=pk, city__slug=slug)


def _answer(request: HttpRequest, slug: str, pk: int, answer: int) -> Answer:
    seen = Answer.objects.visible_to(request.user).told().with_ends()
    return get_object_or_404(
        seen.select_related("wish__city"), pk=answer, wish=pk, wish__city__slug=slug
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer_new(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Answer a learning need; the button that looks for texts writes nothing."""
    wish = _wish(request, slug, pk)
    user = person(request)
    if not permissions.can_answer(user, wish):
        raise PermissionDenied
    form = AnswerForm(request.POST if request.method == "POST" else None, wish=wish, user=user)
    if request.method != "POST":
        return _page(request, wish, form)
    if request.POST.get("action") == "search":
        form.errors.clear()
        return _page(request, wish, form)
    if not form.is_valid():
        return _page(request, wish, form, status=422)
    try:
        given = actions.give(
            by=user,
            wish=wish,
            article=form.cleaned_data["article"],
            text=form.cleaned_data["text"].strip(),
        )
    except actions.Closed:
        messages.error(request, _("The city has closed it meanwhile; nothing was added."))
        return redirect(wish)
    messages.success(request, _("Thank you. It stands here, and who asked hears of it."))
    return redirect(given)


def _page(
    request: HttpRequest, wish: Wish, form: AnswerForm, *, status: int = 200
) -> TemplateResponse:
    context = {"wish": wish, "form": form}
    return TemplateResponse(request, "knowledge/answers/answer_form.html", context, status=status)


@require_POST
def answer_verdict(request: HttpRequest, slug: str, pk: int, answer: int) -> HttpResponse:
    found = _answer(request, slug, pk, answer)
    if not permissions.can_judge(request.user, found.wish):
        raise PermissionDenied
    said = request.POST.get("verdict")
    if said not in Verdict.values:
        messages.error(request, _("Choose one of the two answers."))
        return redirect(found)
    actions.judge(by=person(request), answer=found, verdict=Verdict(said))
    messages.success(request, _("Thank you. Who answered hears of it."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_removal(request: HttpRequest, slug: str, pk: int, answer: int) -> HttpResponse:
    found = _answer(request, slug, pk, answer)
    if not permissions.can_take_away(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        actions.take_away(answer=found)
        messages.success(request, _("It is taken away."))
        return redirect(found.wish)
    context = {
        "confirm_title": _("Take the answer away?"),
        "confirm_text": found.text or (found.article.title if found.article else ""),
        "consequences": [
            _("It no longer stands with the question. A text that it names stays where it is."),
        ],
        "confirm_button": _("Take it away"),
        "cancel_url": found.get_absolute_url(),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)
