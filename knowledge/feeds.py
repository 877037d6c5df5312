from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge.models import Article

NEWEST = 30


class PublicArticles(Feed):  # type: ignore[type-arg]
    feed_type = Atom1Feed

    def title(self) -> str:
        return _("New experiences and case notes")

    def link(self) -> str:
        return reverse("article-list")

    def subtitle(self) -> str:
        return _("What cities tried on the way to climate neutrality, with what did not work.")

    def items(self) -> Iterable[Article]:
        # One feed for readers of all languages: each text as it was written.
        seen = Article.objects.published().visible_to(AnonymousUser()).filter(translation=None)
        return seen.for_list().newest()[:NEWEST]

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        if not item.setback:
            return item.teaser
        return f"{item.teaser}\n\n{_('What did not work')}: {item.setback}"

    def item_author_name(self, item: Article) -> str:
        return item.city.name if item.city else ""

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_categories(self, item: Article) -> list[str]:
        return [domain.name for domain in item.domains.all()]


# Public: holds public texts only, also for those who are signed in.
@require_safe
@login_not_required
def public_articles(request: HttpRequest) -> HttpResponse:
    response = PublicArticles()(request)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
