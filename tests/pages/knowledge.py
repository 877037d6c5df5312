from datetime import timedelta

from django.utils import timezone

from knowledge.actions import annotations, articles
from knowledge.models import (
    Article,
    Comment,
    Reading,
    Reuse,
    Review,
    WorkingDraft,
)
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.translation import actions as translation
from knowledge.upkeep import actions as upkeep
from knowledge.upkeep.dates import today
from tests.knowledge.making import entry
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.knowledge import (
    one_more_article,
    one_more_comment,
    one_more_note,
    one_more_remark,
    one_more_reuse,
    one_more_review,
    one_more_translated,
    one_more_user,
    one_more_version,
)

PUBLIC = {"slug": "article_public.slug"}
REUSE = PUBLIC | {"pk": "reuse_public.pk"}
COMMENT = PUBLIC | {"pk": "comment_public.pk"}


def nothing_published(world: World) -> None:
    for article in Article.objects.standing().filter(translation=None):
        articles.archive(by=world.cast.carol, article=article, reason="Nothing is left")


def no_comments(world: World) -> None:
    Comment.objects.all().delete()


def asks_for_nothing(world: World) -> None:
    made = entry(world.cast, fields={"summary": "Short."}, domains=[])
    by, article = world.cast.carol, world["case_note_public"]
    articles.revise(by=by, article=article, entry=made, base=1, publish=True)


def came_from_word(world: World) -> None:
    sentences = ["Diagrams: add a picture of them.", "Comments in the margin."]
    WorkingDraft.objects.update(left_out=sentences)


def many_comments(world: World) -> None:
    for number in range(30):
        one_more_comment(world, number)


def no_reuses(world: World) -> None:
    Reuse.objects.all().delete()


def stopped(world: World) -> None:
    told = Told("stopped", "We tried it.", outcome="One machine.", reason="Nobody repairs them.")
    by, article, city = world["mallory"], world["article_public"], world["leuven"]
    done = reuse.declare(by=by, article=article, city=city, told=told, from_version=1)
    reuse.answer(by=world["bob"], reuse=done, answer="confirmed")


def doubted(world: World) -> None:
    reason = "The street was rebuilt in 2027."
    upkeep.doubt(by=world.cast.bob, article=world["article_public"], reason=reason)


def overdue(world: World) -> None:
    day = today() - timedelta(days=120)
    Article.objects.filter(pk=world["article_public"].pk).update(review_by=day)


def confirmed(world: World) -> None:
    upkeep.confirm(by=world.cast.bob, article=world["article_public"], way="page")


def many_notes(world: World) -> None:
    for number in range(30):
        one_more_note(world, number)


def resolved_note(world: World) -> None:
    annotations.resolve(by=world.cast.bob, comment=world["note_public"])


def detached_note(world: World) -> None:
    article = world["article_public"]
    made = entry(world.cast, fields={"tried": "Quite another text.", "setback": "None."})
    articles.revise(by=world.cast.bob, article=article, entry=made, base=1, publish=True)


def other_saved(world: World) -> None:
    """Bob's draft began from version 1; version 2 has been saved since."""
    one_more_version(world, 2)


def changed_since(world: World) -> None:
    """Rita read version 1; there is another one since."""
    article = world["article_public"]
    Reading.objects.create(user=world.cast.rita, article=article, number=1)
    one_more_version(world, 2)


def no_draft(world: World) -> None:
    WorkingDraft.objects.all().delete()


def nothing_in_review(world: World) -> None:
    Review.objects.open().update(
        state="withdrawn", decided_at=timezone.now(), decided_by=world.cast.bob
    )


def original_gone_on(world: World) -> None:
    """While the draft was being written."""
    article = world["article_translated"]
    made = entry(world.cast, title="Sun on all roofs", fields={"tried": "We rented four."})
    articles.revise(by=world.cast.bob, article=article, entry=made, base=2, publish=True)


def by_machine(world: World) -> None:
    """Another text, which nobody has read in Swedish."""
    original = world["article_reviewed"]
    original.refresh_from_db()
    made = translation.entry_for(
        original, original.live, title="Bussar", fields={"tried": "Två."}, language="sv",
        by_machine=True,
    )  # fmt: skip
    articles.create(
        by=world.cast.mallory, kind="experience", entry=made, publish=True, original=original
    )


REVIEWED = {"slug": "article_reviewed.slug"}
TRANSLATION = {"slug": "translation_public.slug"}

PAGES = [
    Page(
        "article-transfer",
        {"slug": "case_note_public.slug"},
        roles=("visitor", "foreign"),
        states={
            "another city": State(query="?city=malmo"),
            "no such city": State(query="?city=nowhere"),
            "asks for nothing": State(prepare=asks_for_nothing, query="?city=malmo"),
        },
    ),
    Page(
        "article-list",
        kind="list",
        row=one_more_article,
        states={
            "empty": State(prepare=nothing_published),
            "filtered": State(query="?kind=case-note&domain=energy"),
        },
    ),
    Page(
        "article",
        PUBLIC,
        roles=("visitor", "staff", "researcher", "coordinator"),
        states={
            "changed since": State(prepare=changed_since),
            "may be out of date": State(prepare=doubted),
            "not checked": State(prepare=overdue),
            "confirmed": State(prepare=confirmed),
            "many comments": State(prepare=many_comments),
            "no comments": State(prepare=no_comments),
            "answering": State(click="#comments .comment-tools a"),
            "many notes": State(prepare=many_notes),
            "resolved note": State(prepare=resolved_note),
            "detached note": State(prepare=detached_note),
        },
    ),
    Page("article", REVIEWED, roles=("visitor", "staff"), name="article in review"),
    Page(
        "article",
        TRANSLATION,
        roles=("visitor", "foreign"),
        queries=7,
        name="translation",
    ),
    Page(
        "article",
        {"slug": "article_translated.slug"},
        states={"translated by machine": State(prepare=by_machine)},
        name="translated article",
    ),
    Page(
        "article-edit",
        TRANSLATION,
        kind="form",
        roles=("foreign",),
        queries=18,
        states={"error": State(send={"title": ""})},
        name="edit a translation",
    ),
    Page(
        "article-edit",
        {"slug": "translation_draft.slug"},
        kind="form",
        roles=("staff",),
        queries=18,
        states={"changed since": State(prepare=original_gone_on)},
        name="write a translation",
    ),
    Page(
        "article-translations",
        {"slug": "article_translated.slug"},
        kind="form",
        roles=("visitor", "staff"),
        states={"error": State(send={"title": ""})},
    ),
    Page("article-translations", PUBLIC, name="translations of none"),
    Page(
        "translation-list",
        kind="list",
        row=one_more_translated,
        roles=("staff", "coordinator"),
        queries=6,
        states={
            "empty": State(prepare=nothing_published),
            "filtered": State(query="?language=sv&state=outdated"),
            "by machine": State(query="?language=sv", prepare=by_machine),
            "nothing fits": State(query="?state=machine&domain=energy"),
        },
    ),
    Page(
        "review-list",
        kind="list",
        row=one_more_review,
        roles=("lead", "coordinator"),
        states={"empty": State(prepare=nothing_in_review)},
    ),
    Page(
        "review",
        REVIEWED | {"pk": "review_open.pk"},
        kind="list",
        row=one_more_remark,
        roles=("staff", "coordinator"),
        queries=10,
        states={
            "error": State(send={"body": ""}),
            "withdrawn": State(prepare=nothing_in_review),
        },
    ),
    Page(
        "review",
        {"slug": "review_back.article.slug", "pk": "review_back.pk"},
        roles=("staff", "coordinator"),
        queries=10,
        name="review sent back",
    ),
    Page(
        "article-edit", REVIEWED, kind="form", roles=("staff",), queries=18, name="edit in review"
    ),
    Page("article-versions", REVIEWED, name="versions in review"),
    Page(
        "article-version", REVIEWED | {"number": "=2"}, roles=("staff",), name="version in review"
    ),
    Page(
        "article-reuse",
        PUBLIC,
        kind="list",
        row=one_more_user,
        roles=("visitor", "staff", "foreign"),
        queries=6,
        states={
            "empty": State(prepare=no_reuses),
            "stopped": State(prepare=stopped),
            "error": State(send={"stage": "stopped", "text": "We tried it.", "reason": ""}),
        },
    ),
    Page("reuse-removal", REUSE, kind="form", roles=("foreign",)),
    Page(
        "knowledge-flow",
        kind="list",
        row=one_more_reuse,
        queries=6,
        states={
            "empty": State(prepare=no_reuses),
            "filtered": State(query="?stage=adapt&city=leuven"),
            "nothing fits": State(query="?stage=stopped"),
        },
    ),
    Page(
        "article-comments",
        PUBLIC,
        kind="list",
        row=one_more_comment,
        roles=("visitor", "researcher"),
        states={"error": State(send={"body": ""})},
    ),
    Page(
        "article-restore",
        REVIEWED | {"number": "=1"},
        kind="form",
        roles=("staff",),
        queries=10,
        states={"error": State(send={"change": ""})},
    ),
    Page("article-versions", PUBLIC, kind="list", row=one_more_version),
    Page("article-version", PUBLIC | {"number": "=1"}),
    Page("article-compare", PUBLIC),
    Page(
        "article-import",
        kind="form",
        roles=("staff", "coordinator"),
        states={
            "error": State(send={"language": "sv"}),
            "case note": State(query="?kind=case-note"),
        },
    ),
    Page(
        "article-new",
        kind="form",
        roles=("staff",),
        queries=12,
        states={
            "error": State(send={"title": ""}),
            "case note": State(query="?kind=case-note"),
            "from Word": State(prepare=came_from_word),
        },
    ),
    Page(
        "article-edit",
        PUBLIC,
        kind="form",
        roles=("staff",),
        queries=18,
        states={
            "conflict": State(prepare=other_saved),
            "no draft": State(prepare=no_draft),
        },
    ),
    Page(
        "article-note-new",
        PUBLIC,
        kind="form",
        roles=("researcher",),
        query="?version=1&section=tried&paragraph=1",
        states={
            "error": State(send={"quote": "Not in the text", "body": ""}),
            "selection": State(query="?version=1&section=setback&start=0&end=8"),
            "gone": State(prepare=detached_note, send={"body": "For how much?"}),
        },
    ),
    Page(
        "article-note",
        PUBLIC | {"pk": "note_public.pk"},
        roles=("researcher", "staff"),
        states={
            "resolved": State(prepare=resolved_note),
            "detached": State(prepare=detached_note),
        },
    ),
    Page("article-archive", PUBLIC, kind="form", roles=("staff",)),
    Page("comment-edit", COMMENT, kind="form", roles=("researcher",)),
    Page("comment-history", COMMENT),
    Page("comment-remove", COMMENT, kind="form", roles=("coordinator",)),
]
