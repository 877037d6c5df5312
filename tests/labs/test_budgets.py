"""Hours planned for each city of a twin group, shown before inviting again."""

import datetime as dt

import pytest

from cities.twinning.actions import form_group
from cities.twinning.models import TwinGroup
from hub.wallclock import in_months, today
from labs import actions
from labs.budgets import budget_of
from labs.enums import Audience, LabKind
from labs.models import Lab
from tests.conftest import Cast
from tests.labs.conftest import a_plan
from tests.twinning.plans.making import SignIn
from tests.worlds.twinning import a_scheme


@pytest.fixture
def group(cast: Cast) -> TwinGroup:
    begun = in_months(today().replace(day=1), -4)
    return form_group(
        programme=cast.syd,
        pilots=[cast.leuven],
        twins=[cast.lund],
        period=(begun, begun + dt.timedelta(days=600)),
        scheme=a_scheme(cast.syd),
    )


def an_exchange(
    cast: Cast, group: TwinGroup, *, hours: int = 2, months: int = 1, **more: object
) -> Lab:
    first = in_months(today().replace(day=10), months)
    starts = dt.datetime.combine(first, dt.time(9), dt.UTC)
    plan = a_plan(
        kind=LabKind.WORKSHOP,
        group=group,
        audience=Audience.GROUP,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=hours),
        agenda=(),
        **more,
    )
    return actions.draft(by=cast.carol, programme=cast.syd, plan=plan)


def rows(group: TwinGroup) -> list[list[tuple[int, bool]]]:
    budget = budget_of(TwinGroup.objects.select_related("scheme").get(pk=group.pk))
    assert budget is not None
    return [[(c.hours, c.is_over) for c in month.cells] for month in budget.months]


def test_two_people_and_preparing_are_reckoned(cast: Cast, group: TwinGroup) -> None:
    an_exchange(cast, group, hours=4)
    # Four hours for two people, and two for preparing.
    assert rows(group) == [[(0, False)] * 2, [(10, False)] * 2, [(0, False)] * 2]


def test_a_second_exchange_in_a_month_is_too_much(
    cast: Cast, group: TwinGroup, sign_in: SignIn
) -> None:
    first = an_exchange(cast, group, hours=4, title="First")
    second = an_exchange(cast, group, hours=2, title="Second")
    assert rows(group)[1] == [(15, True)] * 2
    client = sign_in(cast.carol)
    shown = "More than agreed"
    pages = [f"{second.get_absolute_url()}publication/", f"{second.get_absolute_url()}edit/"]
    pages += [f"/labs/new/?group={group.slug}", group.get_absolute_url()]
    assert [shown in client.get(url).content.decode() for url in pages] == [True] * 4
    assert shown not in sign_in(cast.rita).get(group.get_absolute_url()).content.decode()
    Lab.objects.filter(pk=first.pk).delete()
    assert rows(group)[1] == [(5, False)] * 2


def test_who_registers_counts_for_their_city(cast: Cast, group: TwinGroup) -> None:
    lab = actions.publish(by=cast.carol, lab=an_exchange(cast, group, hours=2))
    for user in (cast.alice, cast.bob, cast.mallory):
        actions.register(by=user, lab=lab, mode=lab.modes[0])
    assert rows(group)[1] == [(5, False), (5, False)]


def test_the_whole_twinning_is_summed(cast: Cast, group: TwinGroup) -> None:
    an_exchange(cast, group, hours=4)
    budget = budget_of(TwinGroup.objects.select_related("scheme").get(pk=group.pk))
    assert budget is not None
    assert [cell.hours for cell in budget.totals] == [10, 10]
    # Four months gone, and three shown.
    assert (budget.agreed, budget.agreed_total) == (12, 7 * 12)


def test_a_group_without_a_template_has_no_budget(cast: Cast, group: TwinGroup) -> None:
    TwinGroup.objects.update(scheme=None)
    assert budget_of(TwinGroup.objects.select_related("scheme").get(pk=group.pk)) is None
