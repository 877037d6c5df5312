"""Articles in every state, with comments, pictures and a draft that nobody else may read."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cities.models import City
from hub import files
from hub.models import StoredFile, User
from knowledge.actions import annotations, articles, comments, drafts, reviewing
from knowledge.anchoring import Place
from knowledge.answers import actions as answers
from knowledge.enums import FlagKind
from knowledge.models import Article, Attachment, Comment, Flag, Review
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.reviewers import reviewer_keys
from knowledge.translation import actions as translation
from knowledge.upkeep import actions as upkeep
from knowledge.upkeep.answers import url_for
from tests.knowledge.making import entry, picture
from tests.worlds import World

PROGRAMME = ("lead", "staff", "coordinator", "researcher")


def build(world: World) -> None:
    cast = world.cast
    _public(world)
    hidden = {
        "article_programme": ("programme", PROGRAMME),
        "article_private": ("private", ("staff",)),
    }
    for name, (visibility, roles) in hidden.items():
        title = world.secret_text(f"{name} title", *roles)
        words = world.secret_text(f"{name} text", *roles)
        fields = {"tried": words, "setback": words}
        made = entry(cast, title=title, fields=fields, visibility=visibility)
        world[name] = articles.create(by=cast.bob, kind="experience", entry=made, publish=True)
    editors = ("lead", "staff", "coordinator")
    unfinished = entry(
        cast,
        title=world.secret_text("article draft title", *editors),
        fields={"tried": world.secret_text("article draft text", *editors)},
    )
    world["article_draft"] = articles.create(
        by=cast.bob, kind="experience", entry=unfinished, publish=False
    )
    comments.add(
        by=cast.rita,
        article=world["article_programme"],
        body=world.secret_text("comment programme", *PROGRAMME),
    )
    _case_note(world)
    _reuses(world)
    _answers(world)
    world["note_programme"] = annotations.annotate(
        by=cast.rita,
        article=world["article_programme"],
        revision=world["article_programme"].live,
        section="tried",
        place=Place(0, len("Kanariefågel")),
        body=world.secret_text("passage programme", *PROGRAMME),
    )
    world["draft"] = drafts.keep(
        by=cast.bob,
        key=drafts.key_for(cast.bob, world["article_public"]),
        kind="experience",
        article=world["article_public"],
        base=1,
        data={"title": [world.secret_text("working draft", "staff")]},
    )
    world["file_public"] = _file(world, "article_public", "A bike")
    world["file_private"] = _file(world, "article_private", world.secret("alt private", "staff"))
    _reviews(world)
    _upkeep(world)
    _translations(world)


def _upkeep(world: World) -> None:
    """What speaks against texts, told to those who edit them; a question that waits; a mail."""
    cast, editors = world.cast, ("lead", "staff", "coordinator")
    public = world["article_public"]
    link = f"https://{world.secret('flag link', *editors)}.example/report"
    world["flag_public"] = dead_link(public, link)
    hidden = f"https://{world.secret('flag private', 'staff')}.example/report"
    world["flag_private"] = dead_link(world["article_private"], hidden)
    world["figure_public"] = upkeep.report_figure(
        by=cast.rita,
        article=public,
        figure=world.secret_text("figure reported", *editors),
        source="https://stats.example.org/2027",
    )
    world["handover_public"] = upkeep.hand_over(
        by=cast.bob,
        article=public,
        receiver=cast.alice,
        note=world.secret_text("handover note", *editors),
    )
    made = entry(cast, title="Lamps that know the hour")
    asked = articles.create(by=cast.bob, kind="experience", entry=made, publish=True)
    now = timezone.now()
    Article.objects.filter(pk=asked.pk).update(
        review_by=now.date() - timedelta(days=3), asks=1, asked_at=now - timedelta(days=3)
    )
    asked.refresh_from_db()
    world["article_asked"] = asked
    world["token_asked"] = url_for(cast.bob, asked).rstrip("/").rpartition("/")[2]
    reason = world.secret_text("programme doubt", *PROGRAMME)
    upkeep.doubt(by=cast.bob, article=world["article_programme"], reason=reason)


def dead_link(article: Article, address: str, **more: Any) -> Flag:
    made: Flag = Flag.objects.create(
        article=article, kind=FlagKind.DEAD_LINK, evidence=address, text="404", **more
    )
    return made


def one_more_flag(world: World, number: int) -> None:
    dead_link(world["article_public"], f"https://row-{number}.example.org/a/page/of/many")


def one_more_flagged(world: World, number: int) -> None:
    made = entry(world.cast, title=f"Row {number} of many")
    article = articles.create(by=world.cast.bob, kind="experience", entry=made, publish=True)
    dead_link(article, f"https://row-{number}.example.org/")


def _translations(world: World) -> None:
    """One that is outdated, one of what few may read, one that nobody has published."""
    cast = world.cast
    made = entry(cast, title="Sun on the school roofs")
    world["article_translated"] = articles.create(
        by=cast.bob, kind="experience", entry=made, publish=True
    )
    world["translation_public"] = translated(
        world["article_translated"], cast.mallory, "Sol på skolans tak", {"tried": "Vi hyrde två."}
    )
    again = entry(cast, title="Sun on the school roofs", fields={"tried": "We rented three."})
    articles.revise(
        by=cast.bob, article=world["article_translated"], entry=again, base=1, publish=True
    )
    words = {"tried": world.secret_text("translation programme text", *PROGRAMME)}
    title = world.secret_text("translation programme title", *PROGRAMME)
    world["translation_programme"] = translated(
        world["article_programme"], cast.alice, title, words
    )
    editors = ("lead", "staff", "coordinator")
    world["translation_draft"] = translation.begin(
        by=cast.bob,
        original=world["article_translated"],
        language="de",
        title=world.secret_text("translation draft title", *editors),
    )


def translated(original: Article, by: User, title: str, fields: dict[str, str]) -> Article:
    """Published in Swedish, from what is live."""
    begun = translation.begin(by=by, original=original, language="sv", title=title)
    original.refresh_from_db()
    made = translation.entry_for(original, original.live, title=title, fields=fields, language="sv")
    return articles.revise(by=by, article=begun, entry=made, base=1, publish=True)


def one_more_translated(world: World, number: int) -> None:
    """A text of which another language is there and outdated."""
    made = entry(world.cast, title=f"Row {number} of many", language="sv")
    original = articles.create(by=world.cast.bob, kind="experience", entry=made, publish=True)
    begun = translation.begin(
        by=world.cast.mallory, original=original, language="en", title=f"Line {number}"
    )
    words = translation.entry_for(
        original, original.live, title=f"Line {number}", fields={"tried": "Two."}, language="en"
    )
    articles.revise(by=world.cast.mallory, article=begun, entry=words, base=1, publish=True)
    again = entry(
        world.cast, title=f"Row {number} of many", fields={"tried": "Tre."}, language="sv"
    )
    articles.revise(by=world.cast.bob, article=original, entry=again, base=1, publish=True)


def _reviews(world: World) -> None:
    """A version beside what readers read; a case note before its first; one that came back."""
    cast, editors = world.cast, ("lead", "staff", "coordinator")
    made = entry(cast, title="Buses that charge at night")
    article = articles.create(by=cast.bob, kind="experience", entry=made, publish=True)
    words = world.secret_text("article review text", *editors)
    beside = entry(
        cast,
        title=world.secret_text("article review title", *editors),
        fields={"tried": words, "setback": words},
        change=world.secret("article review change", *editors),
    )
    world["article_reviewed"] = articles.revise(
        by=cast.bob, article=article, entry=beside, base=1, publish=False
    )
    world["review_open"] = sent_in(cast.bob, world["article_reviewed"])
    reviewing.remark(
        by=cast.carol,
        review=world["review_open"],
        body=world.secret_text("article review remark", *editors),
    )
    note = entry(
        cast,
        title=world.secret_text("article note title", *editors),
        fields={"summary": world.secret_text("article note text", *editors)},
    )
    world["note_reviewed"] = articles.create(
        by=cast.bob, kind="case-note", entry=note, publish=False
    )
    world["review_note"] = sent_in(cast.bob, world["note_reviewed"])
    back = articles.create(by=cast.bob, kind="case-note", entry=note, publish=False)
    world["review_back"] = sent_in(cast.bob, back)
    reason = world.secret_text("article reason", *editors)
    reviewing.send_back(by=cast.carol, review=world["review_back"], reason=reason)


def sent_in(by: User, article: Article) -> Review:
    keys = reviewer_keys(article.kind, article)
    return reviewing.send_in(by=by, article=article, reviewers=keys)


def one_more_review(world: World, number: int) -> Review:
    made = entry(world.cast, title=f"Text {number} sent in")
    article = articles.create(by=world.cast.bob, kind="experience", entry=made, publish=False)
    return sent_in(world.cast.bob, article)


def one_more_remark(world: World, number: int) -> None:
    reviewing.remark(by=world.cast.carol, review=world["review_open"], body=f"Remark {number}")


def _public(world: World) -> None:
    cast = world.cast
    made = entry(cast)
    world["article_public"] = articles.create(
        by=cast.bob, kind="experience", entry=made, publish=True
    )
    said = comments.add(by=cast.rita, article=world["article_public"], body="How long did it take?")
    world["comment_public"] = said
    comments.add(by=cast.bob, article=world["article_public"], body="A night.", answers=said)
    world["note_public"] = note(world, world["article_public"], "rented two", "From whom?")
    comments.add(
        by=cast.bob, article=world["article_public"], body="A firm.", answers=world["note_public"]
    )
    gone = comments.add(
        by=cast.mallory, article=world["article_public"], body=world.secret_text("comment removed")
    )
    comments.remove(by=cast.carol, comment=gone, reason="Not about the text")


def _reuses(world: World) -> None:
    """Leuven adapts the public text; Malmö uses the programme's, which only the programme reads."""
    cast = world.cast
    world["reuse_public"] = reuse.declare(
        by=cast.mallory,
        article=world["article_public"],
        city=cast.leuven,
        told=Told("adapt", "Smaller machines, and charging by day."),
    )
    world["reuse_programme"] = reuse.declare(
        by=cast.carol,
        article=world["article_programme"],
        city=cast.malmo,
        told=Told("reuse", world.secret_text("reuse programme", *PROGRAMME)),
    )


def note(world: World, article: Article, quote: str, body: str, section: str = "tried") -> Comment:
    """Rita's, on words that stand once in the live version."""
    start = annotations.text_of(article.live, section).index(quote)
    return annotations.annotate(
        by=world.cast.rita,
        article=article,
        revision=article.live,
        section=section,
        place=Place(start, start + len(quote)),
        body=body,
    )


def _file(world: World, article: str, alt: str) -> StoredFile:
    thing = world[article]
    stored = files.store_picture(upload=picture(), audience=thing.audience, by=world.cast.bob)
    Attachment.objects.create(file=stored, article=thing, alt=alt)
    return stored


def one_more_article(world: World, number: int) -> None:
    made = entry(world.cast, title=f"Row {number} of many")
    articles.create(by=world.cast.bob, kind="experience", entry=made, publish=True)


def one_more_reuse(world: World, number: int) -> None:
    made = entry(world.cast, title=f"Row {number} of many")
    article = articles.create(by=world.cast.bob, kind="experience", entry=made, publish=True)
    told = Told("understand", f"What we do with text {number}")
    reuse.declare(by=world.cast.mallory, article=article, city=world.cast.leuven, told=told)


def _case_note(world: World) -> None:
    """Published, with everything that stands beside another city."""
    fields = {
        "summary": "Three towns wrote the same demand.",
        "law": "A special clause.",
        "conditions": ["port", "procurement", "university"],
        "smallest": 15_000,
        "largest": 200_000,
    }
    made = entry(world.cast, title="Sites without emissions", fields=fields)
    world["case_note_public"] = articles.create(
        by=world.cast.carol, kind="case-note", entry=made, publish=True
    )
    City.objects.filter(pk=world.cast.leuven.pk).update(has=["university"], lacks=["port"])


def _answers(world: World) -> None:
    """To Lund's question: words that all may read, a text of the programme, one in the making."""
    cast, wish = world.cast, world["wish_seeks"]
    world["answer_public"] = answers.give(
        by=cast.mallory, wish=wish, text="We began with one street."
    )
    world["answer_programme"] = answers.give(
        by=cast.carol,
        wish=wish,
        article=world["article_programme"],
        text=world.secret_text("answer programme", *PROGRAMME),
    )
    world["answer_draft"] = answers.give(
        by=cast.bob,
        wish=wish,
        article=world["article_draft"],
        text=world.secret_text("answer draft"),
    )


def one_more_answer(world: World, number: int) -> None:
    words = f"What we know, part {number}"
    answers.give(by=world.cast.mallory, wish=world["wish_seeks"], text=words)


def one_more_user(world: World, number: int) -> None:
    """Another city that uses the public text."""
    city = City.objects.create(
        name=f"City {number}", slug=f"city-{number}", country="SE", latitude=56, longitude=13
    )
    told = Told("understand", "We read it.")
    reuse.declare(by=world.cast.carol, article=world["article_public"], city=city, told=told)


def one_more_comment(world: World, number: int) -> Comment:
    article = world["article_public"]
    return comments.add(by=world.cast.rita, article=article, body=f"Remark {number}")


def one_more_note(world: World, number: int) -> Comment:
    """Many on the same words, which is as long a page as any."""
    article = world["article_public"]
    article.refresh_from_db()
    return note(world, article, "two machines", f"Note {number}")


def one_more_version(world: World, number: int) -> None:
    article = world["article_public"]
    article.refresh_from_db()
    made = entry(world.cast, title=f"Electric excavators, version {number}")
    articles.revise(
        by=world.cast.bob, article=article, entry=made, base=article.newest_number, publish=True
    )
