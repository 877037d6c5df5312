"""The access keys of twin groups: people of the member cities, and the groups' own members.

Who leads one of the cities leads the group too: `group:7:lead`.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from cities.enums import Role
from cities.twinning.enums import GroupState
from cities.twinning.models import GroupMembership, TwinGroupCity

_KEY = Concat(Value("group:"), Cast(F("group_id"), TextField()), output_field=TextField())
_LEAD = Concat(_KEY, Value(":lead"), output_field=TextField())


def group_keys() -> ArraySubquery:
    mine = {"city__memberships__user": OuterRef("pk"), "city__memberships__ended_at": None}
    cities = TwinGroupCity.objects.exclude(group__state=GroupState.WITHDRAWN)
    through_city = cities.filter(**mine).values_list(_KEY)
    led = cities.filter(**mine, city__memberships__role=Role.LEAD).values_list(_LEAD)
    own = GroupMembership.objects.filter(user=OuterRef("pk"), ended_at=None).values_list(_KEY)
    return ArraySubquery(own.union(through_city, led))
