"""Articles in every state, with comments, pictures and a draft that nobody else may read."""

from cities.models import City
from hub import files
from hub.models import StoredFile
from knowledge.actions import articles, comments, drafts
from knowledge.models import Attachment, Comment
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
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
    _reuses(world)
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


def one_more_version(world: World, number: int) -> None:
    article = world["article_public"]
    article.refresh_from_db()
    made = entry(world.cast, title=f"Electric excavators, version {number}")
    articles.revise(
        by=world.cast.bob, article=article, entry=made, base=article.newest_number, publish=True
    )
