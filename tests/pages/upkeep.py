from django.utils import timezone

from knowledge.models import Article, Flag, Handover, Reuse
from knowledge.upkeep import actions as upkeep
from knowledge.upkeep.dates import today
from tests.pages import Page, State
from tests.pages.knowledge import PUBLIC, stopped
from tests.worlds import World
from tests.worlds.knowledge import one_more_flag, one_more_flagged


def nothing_flagged(world: World) -> None:
    Flag.objects.all().delete()
    Handover.objects.all().delete()


def flagged_in_every_way(world: World) -> None:
    """All that may speak against a text at once."""
    stopped(world)
    article, cast = world["article_public"], world.cast
    uses = Reuse.objects.get(article=article)
    Flag.objects.create(article=article, kind="reuse-stopped", evidence="step:1", reuse=uses)
    Flag.objects.create(article=article, kind="overdue", evidence=str(today()))
    Flag.objects.create(article=article, kind="owner-gone", evidence=f"user:{cast.bob.pk}")
    upkeep.doubt(by=cast.bob, article=article, reason="Prices have doubled since.")
    Article.objects.filter(pk=article.pk).update(asked_at=timezone.now())


def answered_by_mail(world: World) -> None:
    upkeep.confirm(by=world.cast.bob, article=world["article_asked"], way="mail")


def archived_by_mail(world: World) -> None:
    upkeep.archive(by=world.cast.bob, article=world["article_asked"], reason="Sold.")


def handed_on(world: World) -> None:
    upkeep.hand_over(by=world.cast.bob, article=world["article_asked"], receiver=world.cast.alice)


def accepted(world: World) -> None:
    upkeep.accept(by=world.cast.alice, handover=world["handover_public"])


PAGES = [
    Page(
        "article-check",
        PUBLIC,
        kind="list",
        row=one_more_flag,
        roles=("staff", "coordinator"),
        queries=9,
        states={
            "nothing": State(prepare=nothing_flagged),
            "everything": State(prepare=flagged_in_every_way),
            "error": State(send={"words": ""}),
            "error of the day": State(send={"review_by": "2020-01-01"}),
        },
    ),
    Page(
        "still-true",
        {"token": "token_asked"},
        kind="form",
        roles=("visitor", "staff"),
        queries=8,
        states={
            "error": State(send={"words": ""}),
            "answered": State(prepare=answered_by_mail),
            "archived": State(prepare=archived_by_mail),
            "handed on": State(prepare=handed_on),
        },
    ),
    Page(
        "article-handover",
        PUBLIC | {"pk": "handover_public.pk"},
        roles=("lead", "staff", "coordinator"),
        states={"accepted": State(prepare=accepted)},
    ),
    Page(
        "article-figure-new",
        PUBLIC,
        kind="form",
        roles=("researcher",),
        states={"error": State(send={"figure": "", "source": "http://a.example.org/"})},
    ),
    Page(
        "knowledge-radar",
        kind="list",
        row=one_more_flagged,
        roles=("coordinator", "lead"),
        queries=5,
        states={
            "empty": State(prepare=nothing_flagged),
            "everything": State(prepare=flagged_in_every_way),
            "filtered": State(query="?flag=dead-link&city=lund"),
            "nothing fits": State(query="?flag=overdue"),
        },
    ),
]
