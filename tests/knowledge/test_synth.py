from random import Random

from cities.models import City
from hub.models import Event, SearchDocument
from knowledge import synth
from knowledge.models import Article, Comment, Revision
from tests.knowledge.making import domain


def test_generated_articles_are_whole(cast, sign_in):
    domain("energy")
    domain("waste")
    domain("mobility")
    assert synth.synth(Random(1), 60) == 60
    synth.synth(Random(2), 5)

    assert Article.objects.count() == 65
    assert Article.objects.filter(live__isnull=True).count() == 0
    assert Revision.objects.count() > 65
    assert SearchDocument.objects.filter(kind="article", vector__isnull=False).count() == 65
    assert Event.objects.count() == 0
    first = Article.objects.order_by("pk")[0]
    assert Comment.objects.filter(article=first).count() == 30
    page = sign_in(cast.bob).get(first.get_absolute_url())
    assert page.status_code == 200
    assert first.live.fields["setback"] in page.text
    assert len(sign_in(None).get("/knowledge/").context["page"]) == 20
    assert City.objects.filter(articles__isnull=False).count() >= 1
