"""Templates of twinnings: one is begun as a copy of the last, changed, and settled."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from cities.models import Programme
from cities.twinning.models import (
    Criterion,
    Milestone,
    Module,
    PlanSection,
    Question,
    Scheme,
)
from hub.models import User

#: The rows that a template consists of.
PARTS: tuple[Any, ...] = (Module, Milestone, PlanSection, Question, Criterion)


def settled_of(programme: Programme) -> Scheme | None:
    """The template that calls and groups begin with now."""
    return Scheme.objects.settled().filter(programme=programme).newest_first().first()


@transaction.atomic
def begin(*, programme: Programme, by: User) -> Scheme:
    """The draft of the next version: the one there is, or a copy of what is settled."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    newest = Scheme.objects.filter(programme=programme).newest_first().first()
    if newest is not None and not newest.is_settled:
        return newest
    if newest is None:
        return Scheme.objects.create(programme=programme, number=1, made_by=by)
    draft = Scheme.objects.create(
        programme=programme,
        number=newest.number + 1,
        months=newest.months,
        hours_a_month=newest.hours_a_month,
        made_by=by,
    )
    for model in PARTS:
        _copy(model, newest, draft)
    return draft


def _copy(model: Any, source: Scheme, target: Scheme) -> None:
    rows = list(model.objects.filter(scheme=source))
    for row in rows:
        row.pk = None
        row.scheme = target
    model.objects.bulk_create(rows)


@transaction.atomic
def settle(*, scheme: Scheme) -> bool:
    """From now on new calls and groups follow it; False where it was settled already."""
    drafts = Scheme.objects.filter(pk=scheme.pk, settled_at=None)
    return drafts.update(settled_at=timezone.now()) == 1
