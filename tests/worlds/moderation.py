"""Reports: one waits, one of what few may read, one was upheld, one is appealed."""

from hub.models import Report, User
from hub.moderation import actions, registry
from knowledge.actions import comments
from tests.worlds import World

MODERATORS = ("coordinator", "admin")


def build(world: World) -> None:
    cast, said = world.cast, world["comment_public"]
    world["report_open"] = made(cast.mallory, said.subject, "Not how it was.")
    hidden = world["article_programme"].subject
    words = world.secret_text("report programme", "researcher", *MODERATORS)
    world["report_programme"] = made(cast.rita, hidden, words)
    for name in ("report_upheld", "report_appealed"):
        rude = comments.add(by=cast.bob, article=world["article_public"], body=f"Rude, {name}")
        world[name] = made(cast.mallory, rude.subject, f"It is rude, {name}")
        actions.decide(by=cast.carol, report=world[name], upheld=True, reason="It is.")
        world[name].refresh_from_db()
    actions.appeal(by=cast.bob, report=world["report_appealed"], words="It was a joke.")


def made(by: User | None, subject: str, why: str) -> Report:
    reader = by or User.objects.order_by("pk")[0]
    thing = registry.find(reader, subject)
    assert thing is not None
    return actions.report(by=by, subject=subject, thing=thing, kind="false", why=why)


def one_more_report(world: World, number: int) -> Report:
    article = world["article_public"]
    said = comments.add(by=world.cast.rita, article=article, body=f"Remark {number}")
    return made(world.cast.mallory, said.subject, f"Wrong, {number}")
