"""The access keys that memberships give (hub.access)."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat, Now, TruncDate

from cities.models import Membership, Participation


def _text(*parts: str | F | Case) -> Concat:
    pieces = [Value(part) if isinstance(part, str) else Cast(part, TextField()) for part in parts]
    return Concat(*pieces, output_field=TextField())


def _place() -> Case:
    """`city:4`, `organisation:2` or `programme:1`: a membership has exactly one of them."""
    kinds = ("city", "organisation", "programme")
    return Case(
        *(
            When(**{f"{kind}__isnull": False}, then=_text(f"{kind}:", F(f"{kind}_id")))
            for kind in kinds
        ),
        output_field=TextField(),
    )


def _rows() -> QuerySet[Membership, tuple[str]]:
    """`city:4` and `city:4:lead` for each membership; `programme:1` through the city too."""
    mine = Membership.objects.filter(user=OuterRef("pk"), ended_at=None)
    # The database's own date, so that a compiled statement stays right past midnight.
    today = TruncDate(Now(), tzinfo=ZoneInfo(settings.HUB_TIME_ZONE))
    through_city = Participation.objects.filter(
        city__memberships__user=OuterRef("pk"),
        city__memberships__ended_at=None,
        period__contains=today,
    )
    return mine.values_list(_place()).union(
        mine.values_list(_text(_place(), ":", F("role"))),
        through_city.values_list(_text("programme:", F("programme_id"))),
    )


def membership_keys() -> ArraySubquery:
    return ArraySubquery(_rows())
