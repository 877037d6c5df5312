"""What people say about how true a text still is, and who answers for it."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from hub import delivery, events
from hub.models import User
from knowledge.actions import articles
from knowledge.actions.reach import push
from knowledge.enums import FlagKind, HandoverState, LinkState, Settled
from knowledge.models import Article, Confirmation, Flag, Handover, Link
from knowledge.permissions import can_edit
from knowledge.upkeep import flags
from knowledge.upkeep.asking import HANDOVER, ask, forget_mails
from knowledge.upkeep.dates import (
    DOUBTED_MONTHS,
    LONGEST_YEARS,
    NOT_AGAIN_WITHIN,
    in_months,
    next_check,
    today,
)

#: Reports of one person on one text that nobody has answered yet.
MOST_REPORTS = 3


class Refused(Exception):
    """It cannot be done as things stand by now; a page says why."""


class NotPublished(Refused):
    pass


class AlreadyReported(Refused):
    pass


class TooManyReports(Refused):
    pass


class CannotAnswerForIt(Refused):
    """Who is asked may not edit the text, or no longer."""


@transaction.atomic
def confirm(*, by: User, article: Article, way: str, at: dt.datetime | None = None) -> Confirmation:
    """It is still true: asked about again a year later, and the owner is asked no more now."""
    locked = _published(article)
    if locked.live is None:
        raise NotPublished
    at = at or timezone.now()
    day = next_check(locked.kind, at.date())
    day = max(day, locked.review_by or day)
    _set_date(locked, day)
    made = Confirmation.objects.create(
        article=locked,
        revision=locked.live,
        confirmed_at=at,
        confirmed_by=by,
        way=way,
        review_by=day,
    )
    kinds = (FlagKind.OVERDUE, FlagKind.DOUBTED, FlagKind.REUSE_STOPPED)
    flags.take_down(flags.of(locked, kinds), Settled.STILL_TRUE, by=by)
    return made


@transaction.atomic
def set_date(*, by: User, article: Article, day: dt.date) -> None:
    """Another day for the next look; nothing is said about today."""
    if not today() < day <= in_months(today(), 12 * LONGEST_YEARS):
        raise ValueError(f"{day} is no day within the next {LONGEST_YEARS} years.")
    locked = _published(article)
    _set_date(locked, day)
    flags.take_down(flags.of(locked, [FlagKind.OVERDUE]), Settled.NEW_DATE, by=by)


@transaction.atomic
def doubt(*, by: User, article: Article, reason: str) -> None:
    """Readers are told that it may be out of date, and why; it is looked at again soon."""
    locked = _published(article)
    flags.take_down(flags.of(locked, [FlagKind.DOUBTED]), Settled.LIFTED, by=by)
    Flag.objects.create(article=locked, kind=FlagKind.DOUBTED, text=reason, raised_by=by)
    _set_date(locked, in_months(today(), DOUBTED_MONTHS))
    flags.take_down(flags.of(locked, [FlagKind.OVERDUE]), Settled.NEW_DATE, by=by)
    articles.tell("article.doubted", locked, by=by, text=reason)


@transaction.atomic
def archive(*, by: User, article: Article, reason: str) -> None:
    locked = _published(article)
    articles.archive(by=by, article=locked, reason=reason)
    forget_mails(locked)
    flags.take_down(Flag.objects.filter(article=locked), Settled.BY_ITSELF)


@transaction.atomic
def settle(*, by: User, flag: Flag) -> bool:
    """What somebody has looked at and need not be told of again; False where others were first."""
    hows = {
        FlagKind.DOUBTED: Settled.LIFTED,
        FlagKind.DEAD_LINK: Settled.SEEN,
        FlagKind.REUSE_STOPPED: Settled.SEEN,
    }
    how = hows.get(FlagKind(flag.kind))
    if how is None:
        raise ValueError(f"A flag of kind {flag.kind} comes down by what it asks for.")
    if flag.kind == FlagKind.DEAD_LINK:
        # It opens for a person: the checker begins to count anew.
        Link.objects.filter(article=flag.article_id, address=flag.evidence).update(
            state=LinkState.UNCLEAR, failures=0, failed_on=None
        )
    return bool(flags.take_down(Flag.objects.filter(pk=flag.pk), how, by=by))


# Newer figures ------------------------------------------------------------------


@transaction.atomic
def report_figure(*, by: User, article: Article, figure: str, source: str) -> Flag:
    """A reader knows a newer figure and where it stands; those who edit the text hear of it."""
    locked = _published(article)
    up = Flag.objects.open().filter(article=locked, kind=FlagKind.NEWER_FIGURE)
    if up.filter(evidence=source).exists():
        raise AlreadyReported
    if up.filter(raised_by=by).count() >= MOST_REPORTS:
        raise TooManyReports
    flag = Flag.objects.create(
        article=locked, kind=FlagKind.NEWER_FIGURE, evidence=source, text=figure, raised_by=by
    )
    _tell_insiders("article.figure-reported", locked, by=by, to={locked.owner_id}, text=figure)
    return flag


@transaction.atomic
def answer_figure(*, by: User, flag: Flag, reason: str = "") -> bool:
    """Taken over, or declined with a reason; the reporter is told, and nobody else."""
    how = Settled.DECLINED if reason else Settled.TAKEN
    up = Flag.objects.open().filter(pk=flag.pk, kind=FlagKind.NEWER_FIGURE)
    done = up.update(settled_at=timezone.now(), settled_by=by, how=how, reason=reason)
    if done and flag.raised_by_id:
        article = flag.article
        events.record(
            verb="article.figure-declined" if reason else "article.figure-taken",
            by=by,
            title=article.title,
            text=reason or flag.text,
            url=article.get_absolute_url(),
            audience=[f"user:{flag.raised_by_id}"],
            subjects=[f"upkeep-answer:{article.pk}"],
            direct=[flag.raised_by_id],
        )
    return bool(done)


# Who answers for it -------------------------------------------------------------


@transaction.atomic
def ask_owner(*, by: User, article: Article) -> bool:
    """A mail to the owner now; False where they were asked within the week."""
    locked = _published(article)
    if locked.asked_at and locked.asked_at > timezone.now() - NOT_AGAIN_WITHIN:
        return False
    ask(locked, by=by)
    return True


@transaction.atomic
def hand_over(*, by: User, article: Article, receiver: User, note: str = "") -> Handover:
    """Ask somebody to answer for it from now on; one's own word for oneself is enough."""
    locked = _published(article)
    if not can_edit(receiver, locked):
        raise CannotAnswerForIt
    _close(Handover.objects.open().filter(article=locked), HandoverState.WITHDRAWN, by=by)
    made = Handover.objects.create(article=locked, receiver=receiver, note=note, asked_by=by)
    if receiver.pk == by.pk:
        return _accept(made, locked, by=by)
    delivery.plan(kind=HANDOVER, event=f"handover:{made.pk}", receivers=[receiver])
    return made


@transaction.atomic
def accept(*, by: User, handover: Handover) -> Handover:
    article = _published(handover.article)
    locked = _open(handover)
    if not can_edit(by, article):
        raise CannotAnswerForIt
    return _accept(locked, article, by=by)


@transaction.atomic
def decline(*, by: User, handover: Handover) -> None:
    """Nothing moves: who answered for the text still does."""
    locked = _open(handover)
    _close(Handover.objects.filter(pk=locked.pk), HandoverState.DECLINED, by=by)
    to = {locked.asked_by_id, locked.article.owner_id}
    _tell_insiders("article.handover-declined", locked.article, by=by, to=to)


@transaction.atomic
def withdraw(*, by: User, handover: Handover) -> None:
    locked = _open(handover)
    _close(Handover.objects.filter(pk=locked.pk), HandoverState.WITHDRAWN, by=by)


def _accept(handover: Handover, article: Article, *, by: User) -> Handover:
    before = article.owner_id
    _close(Handover.objects.filter(pk=handover.pk), HandoverState.ACCEPTED, by=by)
    forget_mails(article)
    # The clock asks the new owner from the beginning.
    article.owner, article.asks, article.asked_at = by, 0, None
    article.save(update_fields=["owner", "asks", "asked_at"])
    push(article)
    flags.take_down(flags.of(article, [FlagKind.OWNER_GONE]), Settled.HANDED_OVER, by=by)
    to = {before, handover.asked_by_id}
    _tell_insiders("article.handed-over", article, by=by, to=to)
    handover.refresh_from_db()
    return handover


def _open(handover: Handover) -> Handover:
    # An answer and its being taken back at once: the second waits and finds it settled.
    rows = Handover.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("article").get(pk=handover.pk)
    if not locked.is_open:
        raise Refused
    return locked


def _close(handovers: "QuerySet[Handover]", state: HandoverState, *, by: User) -> None:
    handovers.update(state=state, answered_at=timezone.now(), answered_by=by)


def _published(article: Article) -> Article:
    locked = articles.lock(article)
    if not locked.is_standing:
        raise NotPublished
    return locked


def _set_date(article: Article, day: dt.date) -> None:
    """Whoever sets a date has answered: what was asked before is asked no more."""
    forget_mails(article)
    article.review_by, article.asks, article.asked_at = day, 0, None
    article.save(update_fields=["review_by", "asks", "asked_at"])


def _tell_insiders(verb: str, article: Article, *, by: User, to: set[int], text: str = "") -> None:
    """Those of `to` who may edit the text; never its readers or followers."""
    events.record(
        verb=verb,
        by=by,
        title=article.title,
        text=text,
        url=reverse("article-check", args=[article.slug]),
        audience=article.insiders,
        subjects=[article.upkeep_subject],
        direct=to,
    )
