from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub import search
from hub.forms.search import SearchForm, language_name
from hub.models import SearchDocument
from hub.search.query import CAP, PAGE, Found, TooSlow, Wanted, find
from hub.search.typos import corrected
from hub.search.words import all_but_one


@login_not_required  # what is public is found by anybody; the rest by its audience
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    query = request.GET.get("q", "")[:200]
    # Every page has the field at its top, and some have a query of their own.
    context: dict[str, Any] = {"form": form, "query": query, "searched_for": query, "cap": CAP}
    if not form.is_valid():
        return TemplateResponse(request, "hub/search.html", context)
    wanted = form.wanted()
    if not wanted.words:
        newest = SearchDocument.objects.visible_to(request.user).order_by("-dated_at", "key")
        context["newest"] = [_with_kind(d) for d in newest.defer("text", "vector")[:6]]
        return TemplateResponse(request, "hub/search_start.html", context)
    try:
        found = find(request.user, wanted)
        if not found.total and not wanted.groups():
            instead = corrected(request.user, wanted.words)
            if instead:
                context["meant"] = instead
                wanted = Wanted(words=instead)
                found = find(request.user, wanted)
    except TooSlow:
        return TemplateResponse(request, "hub/search_slow.html", context, status=503)
    if not found.is_known and (some := _with_most(request, wanted)):
        found, context["is_loose"] = some, True
    context |= _results(request, form, wanted, found)
    return TemplateResponse(request, "hub/search.html", context)


def _with_most(request: HttpRequest, wanted: Wanted) -> Found | None:
    """What has all of the words but one, where nothing has all of them."""
    words = all_but_one(wanted.words)
    if not words:
        return None
    try:
        found = find(request.user, replace(wanted, words=words))
    except TooSlow:
        # That nothing has all of them is an answer too.
        return None
    return found if found.is_known else None


def _foreign(language: str, here: str) -> str:
    """The name of a language that the page itself is not in."""
    if not language or language[:2] == here[:2]:
        return ""
    name = language_name(language)
    # Within a line only English writes the names of languages with a capital.
    return name if here.startswith("en") else name.lower()


def _results(
    request: HttpRequest, form: SearchForm, wanted: Wanted, found: Found
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "found": found,
        "wanted": wanted,
        "page": Paginator(range(found.total), PAGE).get_page(wanted.page),
        "is_narrowed": bool(wanted.groups()),
        "clear_url": f"?{urlencode({'q': wanted.words})}",
    }
    here = getattr(request, "LANGUAGE_CODE", "en")
    context["results"] = [(result, _foreign(result.language, here)) for result in found.results]
    if found.total or wanted.groups():
        context["kinds"] = _kind_links(wanted, found)
        context["narrow"] = form.narrowing(found)
    return context


def _kind_links(wanted: Wanted, found: Found) -> list[dict[str, Any]]:
    """The kinds as links, each with its number; "all" first."""
    counts = found.counts.get("kind", {})
    more = "+" if found.counts_are_capped else ""
    rest: dict[str, Any] = {
        "language": wanted.language,
        "since": wanted.since,
        "until": wanted.until,
        **wanted.facets,
    }
    links = [("", _("All kinds"), sum(counts.values()))]
    links += [
        (k.code, k.label, counts[k.code]) for k in search.kinds().values() if k.code in counts
    ]
    if wanted.kind and wanted.kind not in counts:
        links.append((wanted.kind, search.kinds()[wanted.kind].label, 0))
    return [
        {
            "url": "?"
            + urlencode({k: v for k, v in {"q": wanted.words, "kind": code, **rest}.items() if v}),
            "label": label,
            "count": f"{count}{more}",
            "current": code == wanted.kind,
        }
        for code, label, count in links
    ]


def _with_kind(document: SearchDocument) -> tuple[SearchDocument, Any]:
    return document, search.kinds().get(document.kind)
