from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import atlas
from hub.languages import LANGUAGES
from hub.paging import page_of
from hub.requests import person
from hub.sheets import as_csv
from knowledge.enums import State
from knowledge.models import Article, Revision, TranslationJob
from knowledge.permissions import can_edit
from knowledge.translation import actions, debt, jobs, machine, permissions
from knowledge.translation.forms import BeginForm, ConfirmForm, DebtFilter, MachineForm
from knowledge.translation.panels import in_words

PER_PAGE = 50


def _original(request: HttpRequest, slug: str) -> Article:
    """By its own slug or a translation's; seen by the reader and published once."""
    seen = Article.objects.visible_to(request.user).exclude(state=State.DRAFT)
    found = get_object_or_404(
        Article.objects.visible_to(request.user).select_related("translation"), slug=slug
    )
    own = getattr(found, "translation", None)
    pk = own.original_id if own else found.pk
    return get_object_or_404(seen.select_related("live", "city"), pk=pk)


# Public as the article is; beginning one is asked about below.
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def article_translations(request: HttpRequest, slug: str) -> HttpResponse:
    """The languages there are, and the form to begin another; `?language=` chooses one."""
    original = _original(request, slug)
    may_begin = permissions.can_translate(request.user, original)
    if request.method != "POST":
        return _page(request, original, _form(request, original) if may_begin else None)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if not may_begin:
        raise PermissionDenied
    form = _form(request, original)
    if form.is_valid():
        data = form.cleaned_data
        try:
            begun = actions.begin(
                by=person(request),
                original=original,
                language=data["language"],
                title=data["title"],
            )
        except actions.Taken:
            form.add_error("language", _("Somebody has begun this translation meanwhile."))
        except actions.NotPublished:
            form.add_error(None, _("The text has been taken out of the lists meanwhile."))
        else:
            messages.success(request, _("Begun. What you type is kept; nobody else reads it yet."))
            return redirect("article-edit", begun.slug)
    return _page(request, original, form, status=422)


def _form(request: HttpRequest, original: Article) -> BeginForm:
    asked = request.GET.get("language") or get_language() or ""
    taken = actions.languages_taken(original)
    return BeginForm(request.POST or None, taken=taken, preferred=asked)


def _page(
    request: HttpRequest,
    original: Article,
    form: BeginForm | None,
    *,
    status: int = 200,
    machine_form: MachineForm | None = None,
) -> TemplateResponse:
    waiting = TranslationJob.objects.waiting().filter(original=original).order_by("language")
    context: dict[str, Any] = {
        "article": original,
        "rows": debt.of_original(request.user, original),
        "form": form,
        "machine_form": machine_form or _machine_form(request, original),
        "waiting": [(job.language, job.get_language_display()) for job in waiting],
    }
    return TemplateResponse(request, "knowledge/translation/article.html", context, status=status)


def _machine_form(request: HttpRequest, original: Article, data: Any = None) -> MachineForm | None:
    """Nothing at all where no service is configured, or where the text would have to leave."""
    if not machine.is_configured() or not permissions.can_translate(request.user, original):
        return None
    if not jobs.is_public(original):
        return None
    codes = [code for code, _name in LANGUAGES]
    free = jobs.free_languages(original, codes)
    return MachineForm(data, free=free, preferred=request.GET.get("language") or get_language())


@require_POST
def article_machine(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the text to the machine; who asked is told when it has answered."""
    original = _original(request, slug)
    if not machine.is_configured():
        raise Http404
    if not permissions.can_translate(request.user, original):
        raise PermissionDenied
    form = _machine_form(request, original, request.POST)
    if form is None:
        raise PermissionDenied
    if form.is_valid():
        try:
            jobs.ask(by=person(request), original=original, language=form.cleaned_data["language"])
        except jobs.TooLong:
            form.add_error(None, _("The text is too long for the machine. Translate it yourself."))
        except (actions.Taken, actions.NotPublished, jobs.NotPublic):
            form.add_error(None, _("Something has changed meanwhile. Look at what there is now."))
        else:
            messages.success(request, _("The machine is at work. You hear when it has answered."))
            return redirect("article-translations", original.slug)
    begin = BeginForm(None, taken=actions.languages_taken(original))
    return _page(request, original, begin, status=422, machine_form=form)


@require_POST
def article_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Still right": it says what the named version of the original says."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The form does not say which versions were read beside each other.")
    seen = Article.objects.visible_to(request.user).exclude(translation=None)
    article = get_object_or_404(seen.select_related("translation"), slug=slug)
    if not can_edit(request.user, article):
        raise PermissionDenied
    original = get_object_or_404(
        Article.objects.visible_to(request.user), pk=article.translation.original_id
    )
    published = Revision.objects.published().filter(article=original)
    based_on = get_object_or_404(published, number=form.cleaned_data["based_on"])
    number = form.cleaned_data["number"]
    try:
        actions.confirm(by=person(request), article=article, number=number, based_on=based_on)
    except actions.Outrun:
        messages.warning(
            request, _("The translation has changed meanwhile. Read what stands here now.")
        )
    else:
        messages.success(request, _("Thank you. It stands as right from now on."))
    return redirect(article)


@require_safe
def translation_list(request: HttpRequest) -> TemplateResponse:
    """What is translated and what is left to do, into one language at a time."""
    form, into = _chosen(request)
    wanted = form.wanted()
    found = debt.originals(request.user, into, wanted).select_related("city").newest()
    page = page_of(found, request.GET.get("page"), PER_PAGE)
    context = {
        "filter": form,
        "page": page,
        "rows": debt.with_translations(request.user, page, into),
        "into": into,
        "into_name": in_words(into),
        "counts": debt.counted(request.user, into, wanted),
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "knowledge/translation/list.html", context)


@require_safe
def translation_csv(request: HttpRequest) -> HttpResponse:
    form, into = _chosen(request)
    found = debt.originals(request.user, into, form.wanted()).select_related("city").newest()
    rows = debt.with_translations(request.user, found[: debt.MOST], into)
    response = HttpResponse(as_csv(debt.rows(rows, into)), content_type="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="translations-{into}.csv"'
    return response


def _chosen(request: HttpRequest) -> tuple[DebtFilter, str]:
    if not permissions.can_see_debt(request.user):
        raise PermissionDenied
    form = DebtFilter(request.GET, atlas.of(request))
    return form, form.into
