import datetime as dt

import pytest

from cities.twinning.actions import form_group
from cities.twinning.models import TwinGroup
from hub.wallclock import in_months, today
from tests.conftest import Cast
from tests.worlds.twinning import a_scheme


@pytest.fixture
def group(cast: Cast) -> TwinGroup:
    """Leuven – Lund of cohort 1, four months old, in the programme that carol coordinates."""
    begun = in_months(today(), -4)
    return form_group(
        programme=cast.syd,
        pilots=[cast.leuven],
        twins=[cast.lund],
        cohort=1,
        period=(begun, begun + dt.timedelta(days=600)),
        scheme=a_scheme(cast.syd),
    )
