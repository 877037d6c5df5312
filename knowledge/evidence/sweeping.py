"""Alarms go up when a cited text changes, is doubted, fails elsewhere, or goes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from cities.twinning.enums import GroupState
from cities.twinning.models import Plan
from hub import access, events
from knowledge.enums import AlarmKind, FlagKind, State
from knowledge.models import Flag, PlanAlarm, PlanCitation

AT_ONCE = 500
VERB = "plan.evidence"
#: What a flag on a text means to a plan that builds on it.
_KINDS = {
    FlagKind.DOUBTED: AlarmKind.OUTDATED,
    FlagKind.OVERDUE: AlarmKind.OUTDATED,
    FlagKind.NEWER_FIGURE: AlarmKind.OUTDATED,
    FlagKind.REUSE_STOPPED: AlarmKind.STOPPED,
}


def sweep() -> int:
    """How many were put up; safe to run at any time, and twice at once."""
    return sum(_put_up(*row) for row in [*_changed(), *_gone(), *_flagged()])


def _cited() -> "QuerySet[PlanCitation]":
    return PlanCitation.objects.exclude(step__plan__group__state=GroupState.WITHDRAWN)


def _changed() -> Iterable[tuple[int, str, str]]:
    newer = _cited().filter(
        article__state=State.PUBLISHED,
        article__removed_at=None,
        article__live__number__gt=F("revision__number"),
    )
    named = newer.annotate(evidence=Cast("article__live__number", CharField()))
    return _new(named, AlarmKind.CHANGED)


def _gone() -> Iterable[tuple[int, str, str]]:
    gone = Q(article=None) | Q(article__removed_at__isnull=False)
    gone |= ~Q(article__state=State.PUBLISHED)
    return _new(_cited().filter(gone).annotate(evidence=Value("")), AlarmKind.GONE)


def _flagged() -> Iterable[tuple[int, str, str]]:
    """Flags of the text, or of the original that it translates."""
    citing: dict[int, list[int]] = defaultdict(list)
    cited = _cited().values_list("pk", "article", "article__translation__original")
    for pk, *texts in cited:
        for text in texts:
            if text is not None:
                citing[text].append(pk)
    flags = Flag.objects.open().filter(article__in=citing, kind__in=_KINDS)
    found = [
        (pk, str(_KINDS[FlagKind(kind)]), f"flag:{flag}")
        for flag, kind, article in flags.values_list("pk", "kind", "article")
        for pk in citing[article]
    ]
    return _unknown(found)


def _new(rows: Any, kind: AlarmKind) -> list[tuple[int, str, str]]:
    """`rows` with their `evidence`."""
    named = rows.values_list("pk", "evidence")[:AT_ONCE]
    return _unknown([(pk, str(kind), evidence) for pk, evidence in named])


def _unknown(found: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Those that no alarm has told of."""
    told = PlanAlarm.objects.filter(citation__in={pk for pk, _kind, _evidence in found})
    known = set(told.values_list("citation", "kind", "evidence"))
    return [row for row in found if row not in known]


@transaction.atomic
def _put_up(citation_id: int, kind: str, evidence: str) -> bool:
    """Told to who answers for the plan, by its step: they may not read the text any more."""
    # Two sweeps at once: the second finds the row of the first.
    _alarm, is_new = PlanAlarm.objects.get_or_create(
        citation_id=citation_id, kind=kind, evidence=evidence
    )
    if not is_new:
        return False
    citation = PlanCitation.objects.select_related("step").get(pk=citation_id)
    plan = Plan.objects.with_frame().get(pk=citation.step.plan_id)
    citation.step.plan = plan
    events.record(
        verb=f"{VERB}-{kind}",
        by=None,
        title=plan.city.name,
        text=citation.step.text,
        url=citation.step.get_absolute_url(),
        audience=[access.key("user", plan.owner_id)],
        subjects=[plan.subject],
        direct=[plan.owner_id],
    )
    return True
