import datetime as dt

import pytest

from cities.twinning.actions import form_group
from cities.twinning.models import Plan, TwinGroup
from cities.twinning.plans import actions
from cities.twinning.plans.actions import Wanted
from tests.conftest import Cast
from tests.worlds.plans import write
from tests.worlds.twinning import a_scheme

PERIOD = (dt.date(2024, 9, 1), dt.date(2026, 3, 1))


@pytest.fixture
def group(cast: Cast) -> TwinGroup:
    """Leuven – Lund, in the programme that carol coordinates."""
    a_scheme(cast.syd)
    return form_group(
        programme=cast.syd, pilots=[cast.leuven], twins=[cast.lund], cohort=1, period=PERIOD
    )


@pytest.fixture
def plan(cast: Cast, group: TwinGroup) -> Plan:
    return actions.begin(by=cast.bob, group=group, city=cast.lund)


@pytest.fixture
def whole(cast: Cast, plan: Plan) -> Plan:
    """Nothing is missing for a signature."""
    write(plan, "context", "Heat from the river.", by=cast.bob)
    wanted = Wanted(text="Lower the temperature", owner=cast.bob, due_on=dt.date(2030, 1, 1))
    actions.add_step(by=cast.bob, plan=plan, wanted=wanted)
    return plan
