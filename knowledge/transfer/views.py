from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from cities.models import City
from cities.permissions import can_edit_city
from hub import access
from knowledge.models import Article
from knowledge.transfer.card import card, counted
from knowledge.transfer.forms import CityChoice


# Public as the article is: the card compares what both sides have published.
@require_safe
@login_not_required
def article_transfer(request: HttpRequest, slug: str) -> TemplateResponse:
    """What the text asks for beside `?city=`, else beside the reader's first own city."""
    seen = Article.objects.visible_to(request.user).exclude(live=None)
    article = get_object_or_404(
        seen.select_related("city", "live").prefetch_related("domains"), slug=slug
    )
    own = _own(request)
    form = CityChoice(request.GET if "city" in request.GET else None, own=own)
    city = form.chosen() if form.is_bound else own
    lines = card(article, article.live, city) if city and article.live else []
    context = {
        "article": article,
        "form": form,
        "city": city,
        "lines": lines,
        "counts": counted(lines),
        "may_state": city is not None and can_edit_city(request.user, city),
        "may_ask": city is not None and city.pk in access.ids_of(request.user, "city"),
    }
    return TemplateResponse(request, "knowledge/transfer/card.html", context)


def _own(request: HttpRequest) -> City | None:
    own = City.objects.filter(pk__in=access.ids_of(request.user, "city"))
    return own.prefetch_related("domains").in_order().first()
