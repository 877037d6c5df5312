from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import atlas
from hub.models import User
from hub.paging import page_of
from hub.requests import person, speak_to
from hub.sheets import as_csv
from knowledge.enums import FlagKind, Way
from knowledge.models import Article, Confirmation, Flag, Handover
from knowledge.upkeep import actions, answers, forms, permissions, radar, words
from knowledge.upkeep.dates import next_check, today

PER_PAGE = 30
#: Confirmations that the page of a text's state names.
SHOWN = 5


def _published(request: HttpRequest, slug: str) -> Article:
    seen = Article.objects.kept_true().visible_to(request.user)
    frame = seen.select_related("city", "programme", "live", "owner")
    return get_object_or_404(frame.prefetch_related("authorships"), slug=slug)


def _checked(request: HttpRequest, slug: str) -> Article:
    article = _published(request, slug)
    if not permissions.can_check(request.user, article):
        raise PermissionDenied
    return article


# How true it still is -----------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def article_check(request: HttpRequest, slug: str) -> HttpResponse:
    """How a text stands, and the answers to "is it still true?"."""
    article = _checked(request, slug)
    if request.method != "POST":
        return _page(request, article)
    may = permissions.can_hand_over(request.user, article)
    form = forms.AnswerForm(request.POST, article=article, may_hand_over=may)
    if form.is_valid() and _answer(request, form, article, by=person(request), way=Way.PAGE):
        return redirect(article if _is_archived(form) else _check_url(article))
    return _page(request, article, form=form, status=422)


def _is_archived(form: forms.AnswerForm) -> bool:
    return bool(form.cleaned_data["answer"] == forms.ARCHIVE)


def _check_url(article: Article) -> str:
    return reverse("article-check", args=[article.slug])


def _answer(
    request: HttpRequest, form: forms.AnswerForm, article: Article, *, by: User, way: str
) -> bool:
    """Do what was chosen and say so; False where the form says why it cannot be done."""
    answer, said = form.cleaned_data["answer"], form.cleaned_data["words"]
    try:
        if answer == forms.STILL_TRUE:
            done = actions.confirm(by=by, article=article, way=way)
            day = words.day_of(done.review_by)
            messages.success(
                request, _("Thank you. It is looked at again by %(day)s.") % {"day": day}
            )
        elif answer == forms.DOUBT:
            actions.doubt(by=by, article=article, reason=said)
            messages.success(
                request, _("Readers see your words now. It is looked at again in three months.")
            )
        elif answer == forms.ARCHIVE:
            actions.archive(by=by, article=article, reason=said)
            messages.success(request, _("It is archived. Whoever has kept the address sees why."))
        else:
            made = actions.hand_over(by=by, article=article, receiver=form.chosen(), note=said)
            messages.success(request, _handed_over(made))
    except actions.NotPublished:
        form.add_error(None, _("The text is no longer published. Nothing was changed."))
    except actions.CannotAnswerForIt:
        form.add_error("receiver", _("This person may no longer edit the text. Choose another."))
    return form.is_valid()


def _handed_over(made: Handover) -> str:
    if not made.is_open:
        return _("You answer for it from now on.")
    name = {"name": made.receiver}
    return _("%(name)s is asked by mail. Until they accept, nothing changes.") % name


def _page(
    request: HttpRequest,
    article: Article,
    *,
    form: forms.AnswerForm | None = None,
    date_form: forms.DateForm | None = None,
    figure_form: tuple[int, forms.FigureAnswerForm] | None = None,
    status: int = 200,
) -> TemplateResponse:
    checks = Confirmation.objects.filter(article=article)
    asked = Handover.objects.open().filter(article=article)
    bound = form or date_form or (figure_form[1] if figure_form else None)
    may_hand_over = form is None and permissions.can_hand_over(request.user, article)
    first_day = {"review_by": next_check(article.kind, today())}
    context = {
        "article": article,
        "flags": _shown(article, figure_form),
        "checks": list(checks.select_related("confirmed_by", "revision").defer(*_WORDS)[:SHOWN]),
        "settled": list(_settled(article)[:SHOWN]),
        "handover": asked.select_related("receiver", "asked_by").first(),
        "form": form or forms.AnswerForm(None, article=article, may_hand_over=may_hand_over),
        "date_form": date_form or forms.DateForm(initial=first_day),
        "bound": bound,
        "may_ask": permissions.can_look_after(request.user, article)
        and article.owner_id != request.user.pk,
    }
    return TemplateResponse(request, "knowledge/upkeep/check.html", context, status=status)


def _settled(article: Article) -> "QuerySet[Flag]":
    """What spoke against it before, and how that came to an end."""
    down = Flag.objects.filter(article=article, settled_at__isnull=False)
    return down.select_related("settled_by").order_by("-settled_at", "-pk")


_WORDS = ("revision__fields", "revision__facts", "revision__html")


def _shown(
    article: Article, answered: tuple[int, forms.FigureAnswerForm] | None = None
) -> list[Flag]:
    """What speaks against a text, each with its sentence and what can be done about it."""
    up = Flag.objects.open().filter(article=article)
    found = list(up.select_related("raised_by", "reuse__city"))
    for flag in found:
        flag.article = article
        flag.sentence = words.sentence(flag)  # type: ignore[attr-defined]
        flag.address = words.address(flag)  # type: ignore[attr-defined]
        if flag.kind == FlagKind.NEWER_FIGURE:
            is_answered = answered is not None and answered[0] == flag.pk
            form = answered[1] if answered and is_answered else _figure_answer(flag, None)
            flag.form = form  # type: ignore[attr-defined]
    return found


def _figure_answer(flag: Flag, data: Any) -> forms.FigureAnswerForm:
    return forms.FigureAnswerForm(data, prefix=f"flag-{flag.pk}")


@require_POST
def article_check_date(request: HttpRequest, slug: str) -> HttpResponse:
    article = _checked(request, slug)
    form = forms.DateForm(request.POST)
    if not form.is_valid():
        return _page(request, article, date_form=form, status=422)
    day = form.cleaned_data["review_by"]
    try:
        actions.set_date(by=person(request), article=article, day=day)
    except actions.NotPublished as gone:
        raise Http404 from gone
    said = _("It is to be checked by %(day)s.") % {"day": words.day_of(day)}
    messages.success(request, said)
    return redirect(_check_url(article))


@require_POST
def article_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The owner is asked now, by mail."""
    article = _published(request, slug)
    if not permissions.can_look_after(request.user, article):
        raise PermissionDenied
    try:
        is_asked = actions.ask_owner(by=person(request), article=article)
    except actions.NotPublished as gone:
        raise Http404 from gone
    if is_asked:
        messages.success(request, _("%(name)s is asked by mail.") % {"name": article.owner})
    else:
        messages.info(request, _("%(name)s was asked within the week.") % {"name": article.owner})
    target = request.POST.get("next", "")[:2000]
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = _check_url(article)
    return redirect(target)


@require_POST
def flag_settle(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A figure is taken over or declined; of other flags one has seen enough."""
    article = _checked(request, slug)
    seen = Flag.objects.visible_to(request.user).filter(article=article)
    flag = get_object_or_404(seen.select_related("article"), pk=pk)
    if flag.kind in (FlagKind.OVERDUE, FlagKind.OWNER_GONE):
        messages.error(request, _("This comes down when somebody says how true the text is."))
        return redirect(_check_url(article))
    if flag.kind != FlagKind.NEWER_FIGURE:
        if actions.settle(by=person(request), flag=flag):
            messages.success(request, _("Noted. It is no longer listed."))
        return redirect(_check_url(article))
    form = _figure_answer(flag, request.POST)
    if not form.is_valid():
        return _page(request, article, figure_form=(flag.pk, form), status=422)
    reason = form.declined_because()
    if not actions.answer_figure(by=person(request), flag=flag, reason=reason):
        messages.info(request, _("Somebody has answered it already."))
        return redirect(_check_url(article))
    messages.success(request, _("Noted, and told to who reported it."))
    return redirect(_check_url(article) if reason else reverse("article-edit", args=[slug]))


@require_http_methods(["GET", "HEAD", "POST"])
def figure_new(request: HttpRequest, slug: str) -> HttpResponse:
    """A reader knows a newer figure than the text."""
    article = _published(request, slug)
    if not permissions.can_report(request.user, article):
        raise PermissionDenied
    form = forms.FigureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _report(request, form, article):
        messages.success(
            request, _("Thank you. Who answers for the text is told, and answers you.")
        )
        return redirect(article)
    context = {"article": article, "form": form}
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "knowledge/upkeep/figure.html", context, status=status)


def _report(request: HttpRequest, form: forms.FigureForm, article: Article) -> bool:
    figure, source = form.cleaned_data["figure"], form.cleaned_data["source"]
    try:
        actions.report_figure(by=person(request), article=article, figure=figure, source=source)
    except actions.AlreadyReported:
        form.add_error("source", _("A figure from this source has been reported and is open."))
    except actions.TooManyReports:
        form.add_error(None, _("Three of your reports wait for an answer. Wait for it first."))
    except actions.NotPublished:
        form.add_error(None, _("The text is no longer published. Nothing was changed."))
    return form.is_valid()


# Who answers for it -------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def article_handover(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The question whether one will answer for a text; who asked may take it back."""
    seen = Handover.objects.visible_to(request.user).filter(article__slug=slug)
    frame = seen.select_related("article__city", "receiver", "asked_by")
    handover = get_object_or_404(
        frame.filter(article__in=Article.objects.visible_to(request.user)), pk=pk
    )
    may_answer = permissions.can_answer_handover(request.user, handover)
    may_withdraw = handover.is_open and permissions.can_look_after(request.user, handover.article)
    if request.method == "POST":
        return _answer_handover(request, handover, may_answer=may_answer, may_withdraw=may_withdraw)
    context = {
        "handover": handover,
        "article": handover.article,
        "may_answer": may_answer,
        "may_withdraw": may_withdraw,
    }
    return TemplateResponse(request, "knowledge/upkeep/handover.html", context)


def _answer_handover(
    request: HttpRequest, handover: Handover, *, may_answer: bool, may_withdraw: bool
) -> HttpResponse:
    by, answer = person(request), request.POST.get("answer")
    if not (may_withdraw if answer == "withdraw" else may_answer):
        raise PermissionDenied
    try:
        if answer == "accept":
            actions.accept(by=by, handover=handover)
            messages.success(request, _("You answer for it from now on."))
        elif answer == "decline":
            actions.decline(by=by, handover=handover)
            messages.success(request, _("You declined. Who asked is told."))
        elif answer == "withdraw":
            actions.withdraw(by=by, handover=handover)
            messages.success(request, _("The question is taken back."))
        else:
            messages.error(request, _("Choose one of the answers."))
    except actions.Refused:
        messages.error(request, _("This can no longer be answered. See how it stands."))
    return redirect(handover)


# From the mail ------------------------------------------------------------------


# Public: the signed link in a mail says who answers, for one text, once, while it is theirs.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_true(request: HttpRequest, token: str) -> HttpResponse:
    asked = answers.read(token)
    if asked is None:
        return TemplateResponse(request, "knowledge/upkeep/closed.html", status=404)
    speak_to(request, asked.user)
    if request.method != "POST" or not asked.is_open:
        return _mail_page(request, asked)
    form = forms.AnswerForm(request.POST, article=asked.article, may_hand_over=True)
    if form.is_valid() and _answer(request, form, asked.article, by=asked.user, way=Way.MAIL):
        return redirect(request.path)
    return _mail_page(request, asked, form=form, status=422)


def _mail_page(
    request: HttpRequest,
    asked: answers.Asked,
    *,
    form: forms.AnswerForm | None = None,
    status: int = 200,
) -> TemplateResponse:
    article = asked.article
    offered = Handover.objects.open().filter(article=article)
    context = {
        "article": article,
        "person": asked.user,
        "is_open": asked.is_open,
        "flags": _shown(article),
        "handover": offered.select_related("receiver").first(),
        "form": form or forms.AnswerForm(None, article=article, may_hand_over=True),
        "bound": form,
    }
    return TemplateResponse(request, "knowledge/upkeep/still_true.html", context, status=status)


# Radar --------------------------------------------------------------------------


def _filter(request: HttpRequest) -> forms.RadarFilter:
    if not permissions.can_see_radar(request.user):
        raise PermissionDenied
    return forms.RadarFilter(request.GET, atlas.of(request), request.user)


@require_safe
def knowledge_radar(request: HttpRequest) -> TemplateResponse:
    """Texts that may no longer be true, for those who look after programmes and cities."""
    form = _filter(request)
    found = radar.ranked(request.user, form.wanted())
    page = page_of(found, request.GET.get("page"), PER_PAGE)
    for article in page:
        for flag in article.open_flags:
            flag.sentence, flag.address = words.sentence(flag), words.address(flag)
    context = {
        "filter": form,
        "page": page,
        "query": request.GET.urlencode(),
        "weights": [(FlagKind(kind).label, weight) for kind, weight in radar.WEIGHTS.items()],
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "knowledge/upkeep/radar.html", context)


@require_safe
def knowledge_radar_csv(request: HttpRequest) -> HttpResponse:
    found = radar.ranked(request.user, _filter(request).wanted())[: radar.MOST]
    response = HttpResponse(as_csv(radar.rows(found)), content_type="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="radar.csv"'
    return response
