"""Templates of twinnings: one is begun as a copy of the last, changed, and settled."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from slugify import slugify

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
from hub.refusals import Refused

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


@transaction.atomic
def write_length(*, scheme: Scheme, months: int, hours_a_month: int) -> None:
    draft = _lock_draft(scheme)
    draft.months, draft.hours_a_month = months, hours_a_month
    draft.save(update_fields=["months", "hours_a_month"])


@transaction.atomic
def write_part(*, rows: Any, scheme: Scheme) -> None:
    """Save the valid formset of one part; a row's code is made once, of its English name."""
    _lock_draft(scheme)
    has_code = any(f.name == "code" for f in rows.model._meta.get_fields())
    taken = set()
    if has_code:
        taken = set(rows.model.objects.filter(scheme=scheme).values_list("code", flat=True))
    for row in rows.save(commit=False):
        if has_code and not row.code:
            row.code = _free_code(row.name_en, taken)
            taken.add(row.code)
        row.save()
    for row in rows.deleted_objects:
        row.delete()


def _lock_draft(scheme: Scheme) -> Scheme:
    """Refused once it is settled, also at this very moment by another coordinator."""
    draft = Scheme.objects.select_for_update().filter(pk=scheme.pk, settled_at=None).first()
    if draft is None:
        raise Refused(_("This version is settled. Begin the next one to change it."))
    return draft


def _free_code(name: str, taken: set[str]) -> str:
    wanted = slugify(name, max_length=36) or "row"
    if wanted not in taken:
        return wanted
    return next(c for n in range(2, len(taken) + 3) if (c := f"{wanted[:34]}-{n}") not in taken)
