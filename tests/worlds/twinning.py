"""A running group between the cast's cities, and a cluster with a member of its own."""

import datetime as dt

from cities.models import City, Programme
from cities.twinning.actions import form_group
from cities.twinning.models import (
    GroupMembership,
    Milestone,
    Module,
    Plan,
    PlanSection,
    Scheme,
    TwinGroup,
)
from cities.twinning.schemes.actions import settle
from tests.worlds import World, plans, workspace

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
    world["scheme_settled"] = a_scheme(cast.twinning)
    plans.build(world)
    workspace.build(world)
    # As its page reads it: panels ask nothing more of its cities.
    world["group_public"] = TwinGroup.objects.with_members().get(pk=world["group_public"].pk)


def a_scheme(programme: Programme, number: int = 1) -> Scheme:
    """A settled template with two headings, the first of them needed."""
    scheme = Scheme.objects.create(programme=programme, number=number, hours_a_month=12)
    PlanSection.objects.create(
        scheme=scheme, code="context", position=1, name_en="Context", name_sv="Sammanhang"
    )
    PlanSection.objects.create(
        scheme=scheme,
        code="risks",
        position=2,
        name_en="Risks",
        name_sv="Risker",
        is_required=False,
    )
    Module.objects.create(
        scheme=scheme, name_en="Getting started", name_sv="Komma igång", first_month=1, last_month=5
    )
    Milestone.objects.create(scheme=scheme, name_en="Kick-off", name_sv="Upptakt", month=1)
    Milestone.objects.create(scheme=scheme, name_en="Plan signed", name_sv="Planen klar", month=20)
    settle(scheme=scheme)
    scheme.refresh_from_db()
    return scheme


def no_plans(world: World) -> None:
    """Versions of a plan stay but for samples."""
    Plan.objects.update(is_sample=True, is_open=True)
    Plan.objects.update(signed_version=None, published_version=None)
    Plan.objects.all().delete()


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

    no_plans(world)
    Poll.objects.exclude(group=None).delete()
    Lab.objects.exclude(group=None).delete()
    TwinGroup.objects.all().delete()
