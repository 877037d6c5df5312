from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub.compare import sides
from hub.paging import page_of
from knowledge import citing, permissions
from knowledge.models import Article, Revision
from knowledge.sections import OF_KIND, shown
from knowledge.translation.panels import source_of
from knowledge.views.reading import parts_of

PER_PAGE = 30


def _article(request: HttpRequest, slug: str) -> Article:
    seen = Article.objects.visible_to(request.user).select_related("live", "city", "created_by")
    return get_object_or_404(seen, slug=slug)


def _shown(request: HttpRequest, article: Article) -> Any:
    """What was published; what is being prepared, only those who write and review it see."""
    seen = Revision.objects.visible_to(request.user).filter(article=article)
    return seen.select_related("made_by")


# Public as the article is: what was said when can be checked by everybody who may read it.
@require_safe
@login_not_required
def version_list(request: HttpRequest, slug: str) -> TemplateResponse:
    article = _article(request, slug)
    versions = _shown(request, article).select_related("review").defer("fields", "facts", "html")
    page = page_of(versions.order_by("-number"), request.GET.get("page"), PER_PAGE)
    return TemplateResponse(
        request, "knowledge/version_list.html", {"article": article, "page": page}
    )


# Public as the article is: the permanent address of one version.
@require_safe
@login_not_required
def version(request: HttpRequest, slug: str, number: int) -> TemplateResponse:
    article = _article(request, slug)
    revision = _numbered(request, article, number)
    cited = citing.cite(revision) if revision.published_at else None
    return TemplateResponse(
        request,
        "knowledge/version.html",
        {
            "article": article,
            "revision": revision,
            "parts": parts_of(revision),
            "is_live": article.live_id == revision.pk,
            "source": source_of(request.user, revision),
            "cite": cited and citing.shown(cited),
            "may_restore": number < article.newest_number
            and permissions.can_edit(request.user, article),
        },
    )


# Public as the article is.
@require_safe
@login_not_required
def compare(request: HttpRequest, slug: str) -> TemplateResponse:
    article = _article(request, slug)
    shown = _shown(request, article).order_by("-number").values_list("number", flat=True)
    numbers = list(shown[:200])
    newest = article.live.number if article.live else article.newest_number
    last = _number(request.GET.get("to"), newest)
    # Numbers between them may be of versions that were never published.
    earlier = next((number for number in numbers if number < last), last)
    first = _number(request.GET.get("from"), earlier)
    before, after = (_numbered(request, article, n) for n in sorted((first, last)))
    return TemplateResponse(
        request,
        "knowledge/compare.html",
        {
            "article": article,
            "before": before,
            "after": after,
            "numbers": numbers,
            "changes": changes(article.kind, before, after),
        },
    )


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Http404
    return int(text)


def _numbered(request: HttpRequest, article: Article, number: int) -> Revision:
    revision: Revision = get_object_or_404(_shown(request, article), number=number)
    revision.article = article
    return revision


def changes(kind: str, before: Revision, after: Revision) -> list[dict[str, Any]]:
    """The sections that differ, each with its words marked."""
    found = []
    if before.title != after.title:
        found.append({"label": None, "parts": sides(before.title, after.title)})
    for section in OF_KIND[kind]:
        old, new = (shown(section, r.fields.get(section.code)) for r in (before, after))
        if old != new:
            found.append({"label": section.label, "parts": sides(old, new)})
    return found
