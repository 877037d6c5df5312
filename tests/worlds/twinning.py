"""A running group between the cast's cities, and a cluster with a member of its own."""

import datetime as dt

from cities.models import City
from cities.twinning.actions import form_group
from cities.twinning.models import GroupMembership, TwinGroup
from tests.worlds import World

PERIOD = (dt.date(2024, 9, 1), dt.date(2026, 3, 1))


def build(world: World) -> None:
    cast = world.cast
    world["group_public"] = form_group(
        programme=cast.twinning, pilots=[cast.leuven], twins=[cast.lund], cohort=1, period=PERIOD
    )
    world["group_cluster"] = form_group(
        programme=cast.twinning,
        pilots=[cast.leuven, cast.malmo],
        twins=[one_more_twin(world, 1000)],
        period=(PERIOD[0], None),
    )
    GroupMembership.objects.create(group=world["group_cluster"], user=cast.rita)


def one_more_twin(world: World, number: int) -> City:
    return City.objects.create(
        name=f"Twin {number}", slug=f"twin-{number}", country="PT", latitude=41, longitude=-8
    )


def one_more_group(world: World, number: int) -> TwinGroup:
    return form_group(
        programme=world.cast.twinning,
        pilots=[world.cast.leuven],
        twins=[one_more_twin(world, number)],
        cohort=2,
        period=PERIOD,
    )


def no_groups(world: World) -> None:
    from labs.models import Lab, Poll

    Poll.objects.exclude(group=None).delete()
    Lab.objects.exclude(group=None).delete()
    TwinGroup.objects.all().delete()
