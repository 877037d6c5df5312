"""What would change for a group that moves to another version of its template."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cities.twinning.models import Scheme


@dataclass(frozen=True)
class Change:
    label: str
    #: Names, each once.
    come: list[str]
    gone: list[str]
    #: "First trip: month 9 → 8".
    moved: list[str]

    @property
    def is_any(self) -> bool:
        return bool(self.come or self.gone or self.moved)


def changes(old: Scheme | None, new: Scheme) -> list[Change]:
    """By kind, those in which anything differs; without an old one everything comes."""
    kinds: list[tuple[str, str, str]] = [
        (_("Modules"), "modules", "name_en"),
        (_("Milestones"), "milestones", "name_en"),
        (_("Sections of the replication plan"), "plan_sections", "code"),
    ]
    found = [_change(label, name, key, old, new) for label, name, key in kinds]
    numbers = Change(_("Length and time"), [], [], _numbers(old, new))
    return [change for change in [numbers, *found] if change.is_any]


def _change(label: str, name: str, key: str, old: Scheme | None, new: Scheme) -> Change:
    before = {getattr(r, key): r for r in getattr(old, name).all()} if old else {}
    after = {getattr(r, key): r for r in getattr(new, name).all()}
    both = [(before[k], after[k]) for k in after if k in before]
    moved = [
        f"{was.name}: {_when(was)} → {_when(now)}"
        if was.name == now.name
        else f"{was.name} → {now.name}"
        for was, now in both
        if (_when(was), was.name) != (_when(now), now.name)
    ]
    return Change(
        label,
        come=[row.name for k, row in after.items() if k not in before],
        gone=[row.name for k, row in before.items() if k not in after],
        moved=moved,
    )


def _when(row: Any) -> str:
    if hasattr(row, "first_month"):
        return _("months %(first)d–%(last)d") % {"first": row.first_month, "last": row.last_month}
    return _("month %(n)d") % {"n": row.month} if hasattr(row, "month") else ""


def _numbers(old: Scheme | None, new: Scheme) -> list[str]:
    if old is None:
        return []
    found = []
    if old.months != new.months:
        found.append(_("%(old)d → %(new)d months") % {"old": old.months, "new": new.months})
    if old.hours_a_month != new.hours_a_month:
        said = {"old": old.hours_a_month, "new": new.hours_a_month}
        found.append(_("%(old)d → %(new)d hours a month for each city") % said)
    return found
