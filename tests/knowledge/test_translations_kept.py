"""Where translations meet the rest: upkeep, reports, reuse."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from hub.models import Delivery
from knowledge.enums import FlagKind, ReuseStage
from knowledge.models import Article, Flag
from knowledge.reporting import take_down_article
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.upkeep import asking, sweeping
from tests.conftest import Cast
from tests.knowledge.making import experience
from tests.knowledge.translating import translated


def test_only_the_original_is_asked_about(cast: Cast) -> None:
    original = experience(cast)
    words = translated(cast, original)
    yesterday = timezone.now().date() - timedelta(days=1)
    Article.objects.filter(pk__in=[original.pk, words.pk]).update(review_by=yesterday)
    assert asking.ask_what_is_due() == 1
    assert Delivery.objects.get(kind=asking.STILL_TRUE).event == original.subject


def test_the_page_of_a_translation_has_no_date_of_its_own(cast: Cast, client: Client) -> None:
    original = experience(cast)
    words = translated(cast, original)
    asked = [client.get(one.get_absolute_url()).context for one in (original, words)]
    assert ["shows_upkeep" in context for context in asked] == [True, False]
    client.force_login(cast.bob)
    check = [client.get(f"{one.get_absolute_url()}check/").status_code for one in (original, words)]
    assert check == [200, 404]


def test_the_original_stands_in_for_a_translation_that_was_taken_down(
    cast: Cast, client: Client
) -> None:
    original = experience(cast, title="Machines without fumes")
    words = translated(cast, original, title="Maskiner utan avgaser")
    client.cookies["django_language"] = "sv"
    page = client.get("/knowledge/").content.decode()
    assert [t in page for t in (original.title, words.title)] == [False, True]
    take_down_article(by=cast.carol, pk=words.pk, reason="It names a person.")
    page = client.get("/knowledge/").content.decode()
    assert [t in page for t in (original.title, words.title)] == [True, False]


def test_reuse_of_a_translation_that_stops_speaks_against_the_original(cast: Cast) -> None:
    original = experience(cast)
    words = translated(cast, original)
    words.refresh_from_db()
    told = Told(ReuseStage.STOPPED, "We tried it.", reason="Nobody repairs them.")
    reuse.declare(by=cast.mallory, article=words, city=cast.leuven, told=told)
    sweeping.sweep()
    assert Flag.objects.get(kind=FlagKind.REUSE_STOPPED).article == original
