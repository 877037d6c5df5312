"""Articles in every state, with comments, pictures and a draft that nobody else may read."""

from hub import files
from hub.models import StoredFile
from knowledge.actions import annotations, articles, comments, drafts
from knowledge.anchoring import Place
from knowledge.models import Article, Attachment, Comment
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
