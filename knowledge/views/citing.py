from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from knowledge import citing
from knowledge.citing import Citation
from knowledge.models import Revision


# Public as the article is: a published version as a record for one's list of references.
@require_safe
@login_not_required
def bibtex(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _file(request, slug, number, citing.bibtex, "bib", "application/x-bibtex")


# Public as the article is.
@require_safe
@login_not_required
def ris(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    kind = "application/x-research-info-systems"
    return _file(request, slug, number, citing.ris, "ris", kind)


def _file(
    request: HttpRequest,
    slug: str,
    number: int,
    write: Callable[[Citation], str],
    ending: str,
    content_type: str,
) -> HttpResponse:
    seen = Revision.objects.visible_to(request.user).published()
    places = seen.select_related("article__city", "article__created_by")
    found = citing.cite(get_object_or_404(places, article__slug=slug, number=number))
    name = f"{found.key}.{ending}"
    return HttpResponse(
        write(found),
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
