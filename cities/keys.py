"""The access keys that memberships give (hub.access)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cities.models import Membership, Participation


def _text(*parts: str | F) -> Concat:
    pieces = [Value(p) if isinstance(p, str) else Cast(p, TextField()) for p in parts]
    return Concat(*pieces, output_field=TextField())


def _mine(**filters: object) -> QuerySet[Membership]:
    return Membership.objects.filter(user=OuterRef("pk"), ended_at=None, **filters)


def _rows() -> QuerySet[Membership, tuple[str]]:
    """`city:4` and `city:4:lead` for each membership; `programme:1` through the city too."""
    parts = []
    for kind in ("city", "organisation", "programme"):
        held = _mine(**{f"{kind}__isnull": False})
        parts.append(held.values_list(_text(f"{kind}:", F(f"{kind}_id"))))
        parts.append(held.values_list(_text(f"{kind}:", F(f"{kind}_id"), ":", F("role"))))
    through_city = Participation.objects.filter(
        city__memberships__user=OuterRef("pk"),
        city__memberships__ended_at=None,
        period__contains=timezone.localdate(),
    ).values_list(_text("programme:", F("programme_id")))
    return parts[0].union(*parts[1:], through_city)


def membership_keys() -> ArraySubquery:
    return ArraySubquery(_rows())
