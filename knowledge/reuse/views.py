from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities import atlas
from cities.models import City
from hub.paging import page_of
from hub.requests import person
from hub.sheets import as_csv
from knowledge.enums import SourceAnswer, State
from knowledge.models import Article, Reuse
from knowledge.reuse import actions, permissions
from knowledge.reuse import flow as flows
from knowledge.reuse.forms import FlowFilter, ReuseForm

PER_PAGE = 50


def _article(request: HttpRequest, slug: str) -> Article:
    seen = Article.objects.visible_to(request.user).exclude(state=State.DRAFT)
    return get_object_or_404(seen.select_related("city", "live"), slug=slug)


def _reuse(request: HttpRequest, slug: str, pk: int) -> Reuse:
    seen = Reuse.objects.visible_to(request.user).with_ends()
    return get_object_or_404(seen, pk=pk, article__slug=slug)


# Public as the article is; declaring is asked about below.
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def article_reuse(request: HttpRequest, slug: str) -> HttpResponse:
    """Who uses what a text tells, and the form for one's own city; `?city=` chooses of several."""
    article = _article(request, slug)
    own = permissions.cities_of(request.user, article)
    if request.method != "POST":
        return _page(request, article, _form(request, article, own, None) if own else None)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if not own:
        raise PermissionDenied
    form = _form(request, article, own, request.POST)
    if form.is_valid():
        city = City.objects.get(slug=form.cleaned_data["city"])
        try:
            done = actions.declare(
                by=person(request),
                article=article,
                city=city,
                told=form.told(),
                from_version=form.cleaned_data["version"],
            )
        except actions.Changed as changed:
            return _both(request, article, form, changed.reuse)
        messages.success(request, _("It stands here now. The authors are told."))
        return redirect(done)
    return _page(request, article, form, status=422)


def _form(request: HttpRequest, article: Article, own: list[int], data: Any) -> ReuseForm:
    cities = list(City.objects.filter(pk__in=own).in_order())
    asked = (data or request.GET).get("city")
    city = next((city for city in cities if city.slug == asked), cities[0])
    reuse = Reuse.objects.filter(article=article, city=city).first()
    return ReuseForm(data, cities=cities, reuse=reuse, city=city)


def _both(
    request: HttpRequest, article: Article, form: ReuseForm, newest: Reuse
) -> TemplateResponse:
    """What stands by now beside what was typed; saving once more is a decision."""
    form.data = {**request.POST.dict(), "version": str(newest.version)}
    gone = _("Somebody of your city has taken it away meanwhile. Save once more to tell it anew.")
    both = _("Somebody of your city has saved meanwhile. What stands now is above; yours is below.")
    form.add_error(None, both if newest.pk else gone)
    return _page(request, article, form, status=422, newest=newest)


def _page(
    request: HttpRequest,
    article: Article,
    form: ReuseForm | None,
    *,
    status: int = 200,
    newest: Reuse | None = None,
) -> TemplateResponse:
    uses = Reuse.objects.filter(article=article).with_ends().newest()
    page = page_of(uses.prefetch_related("steps"), request.GET.get("page"), PER_PAGE)
    for reuse in page:
        reuse.may_change = permissions.can_change(request.user, reuse)
    context = {
        "article": article,
        "page": page,
        "form": form,
        "newest": newest if newest and newest.pk else None,
        "may_answer": permissions.can_answer(request.user, article),
        "answers": SourceAnswer.choices,
    }
    return TemplateResponse(request, "knowledge/reuse/reuse.html", context, status=status)


@require_POST
def reuse_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    reuse = _reuse(request, slug, pk)
    if not permissions.can_answer(request.user, reuse.article):
        raise PermissionDenied
    said = request.POST.get("answer")
    if said not in SourceAnswer.values:
        messages.error(request, _("Choose one of the two answers."))
        return redirect(reuse)
    actions.answer(by=person(request), reuse=reuse, answer=said)
    messages.success(request, _("Thank you. Your answer stands here."))
    return redirect(reuse)


@require_http_methods(["GET", "HEAD", "POST"])
def reuse_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    reuse = _reuse(request, slug, pk)
    if not permissions.can_change(request.user, reuse):
        raise PermissionDenied
    if request.method == "POST":
        actions.withdraw(by=person(request), reuse=reuse)
        messages.success(request, _("It is taken away."))
        return redirect("article-reuse", slug)
    context = {
        "confirm_title": _("Was it declared by mistake?"),
        "confirm_text": f"{reuse.city.name}: {reuse.article.title}",
        "consequences": [
            _("What your city told about it goes away with its steps."),
            _("If you tried it and stopped, keep it and say why: others learn from that."),
        ],
        "confirm_button": _("Take it away"),
        "cancel_url": reuse.get_absolute_url(),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


# Public: of public texts; more is seen by whom more is open to.
@require_safe
@login_not_required
def flow(request: HttpRequest) -> TemplateResponse:
    """The map of who took what from whom, and the same as a table."""
    form = FlowFilter(request.GET, atlas.of(request), flows.cities_in(request.user))
    reuses = flows.found(request.user, form.wanted())
    context = {
        "filter": form,
        "page": page_of(reuses, request.GET.get("page"), PER_PAGE),
        "map": flows.map_of(reuses),
        "stages": flows.STAGES,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "knowledge/reuse/flow.html", context)


def _chosen(request: HttpRequest) -> Any:
    form = FlowFilter(request.GET, atlas.of(request), flows.cities_in(request.user))
    return flows.found(request.user, form.wanted())[: flows.MOST]


# Public as the page is.
@require_safe
@login_not_required
def flow_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(as_csv(flows.rows(_chosen(request))), content_type="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="knowledge-flow.csv"'
    return response


# Public as the page is.
@require_safe
@login_not_required
def flow_prov(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(flows.prov(_chosen(request)), json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="knowledge-flow.prov.json"'
    return response
