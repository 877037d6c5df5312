"""The access keys of twin groups: city staff of the member cities, and the groups' own members."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from cities.twinning.enums import GroupState
from cities.twinning.models import GroupMembership, TwinGroupCity

_KEY = Concat(Value("group:"), Cast(F("group_id"), TextField()), output_field=TextField())


def group_keys() -> ArraySubquery:
    through_city = (
        TwinGroupCity.objects.filter(
            city__memberships__user=OuterRef("pk"), city__memberships__ended_at=None
        )
        .exclude(group__state=GroupState.WITHDRAWN)
        .values_list(_KEY)
    )
    own = GroupMembership.objects.filter(user=OuterRef("pk"), ended_at=None).values_list(_KEY)
    return ArraySubquery(own.union(through_city))
