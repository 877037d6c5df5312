from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cities import atlas
from hub.paging import page_of
from knowledge import permissions
from knowledge.enums import Kind
from knowledge.forms import FilterForm
from knowledge.models import Article
from knowledge.translation.permissions import can_see_debt
from knowledge.upkeep.permissions import can_see_radar

PER_PAGE = 20


# Public: lists what the reader may see; for visitors that is what cities chose to publish.
@require_safe
@login_not_required
def article_list(request: HttpRequest) -> TemplateResponse:
    form = FilterForm(request.GET, atlas.of(request), request.user)
    articles = Article.objects.published().visible_to(request.user).filter(form.condition())
    # Who asks for a language gets the texts that can be read in it, translated or not.
    language = form.wanted().get("language") or get_language() or ""
    articles = articles.once_each(language)
    return TemplateResponse(
        request,
        "knowledge/article_list.html",
        {
            "form": form,
            "page": page_of(articles.for_list().newest(), request.GET.get("page"), PER_PAGE),
            "can_see_radar": can_see_radar(request.user),
            "may_see_debt": can_see_debt(request.user),
            "can_write": permissions.can_write_any(request.user),
            "can_write_experience": permissions.can_write(request.user, Kind.EXPERIENCE),
        },
    )
