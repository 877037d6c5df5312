"""Reports: one waits, one of what few may read, one was upheld, one is appealed."""

from cities import reporting
from cities.enums import WishKind
from cities.needs import actions as needs
from hub.models import Report, User
from hub.moderation import actions, registry
from knowledge.actions import comments
from knowledge.answers import actions as answers
from labs import actions as meetings
from labs import reporting as closing
from tests.labs.conftest import a_plan
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
    _taken_down(world)
    actions.appeal(by=cast.bob, report=world["report_appealed"], words="It was a joke.")


def _taken_down(world: World) -> None:
    """A need, an answer and a Lab: seen by those who work on them, and nobody else."""
    cast = world.cast
    text = world.secret_text("wish removed", "lead", "staff")
    world["wish_removed"] = needs.state(
        city=cast.lund, kind=WishKind.SEEKS, text=text, domains=[], by=cast.bob
    )
    answers.give(by=cast.bob, wish=world["wish_removed"], text=text)
    reporting.take_down(by=cast.carol, pk=world["wish_removed"].pk, reason="It names a person.")
    words = world.secret_text("answer removed", "staff")
    world["answer_removed"] = answers.give(by=cast.bob, wish=world["wish_asked"], text=words)
    answers.take_down(by=cast.carol, answer=world["answer_removed"], reason="It names a person.")
    said = world.secret_text("lab removed", "coordinator", "researcher")
    plan = a_plan(title=f"Closed {said}", summary=said, place=said, audience="open")
    draft = meetings.draft(by=cast.carol, programme=cast.syd, plan=plan)
    lab = meetings.publish(by=cast.carol, lab=draft)
    meetings.register(by=cast.rita, lab=lab, mode="onsite")
    closing.take_down(by=cast.ada, pk=lab.pk, reason="It names a person.")
    world["lab_removed"] = lab


def made(by: User | None, subject: str, why: str) -> Report:
    reader = by or User.objects.order_by("pk")[0]
    thing = registry.find(reader, subject)
    assert thing is not None
    return actions.report(by=by, subject=subject, thing=thing, kind="false", why=why)


def one_more_report(world: World, number: int) -> Report:
    article = world["article_public"]
    said = comments.add(by=world.cast.rita, article=article, body=f"Remark {number}")
    return made(world.cast.mallory, said.subject, f"Wrong, {number}")
