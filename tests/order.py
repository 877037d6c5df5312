"""Which test runs when, and on which worker: a pytest plugin, loaded with `-p tests.order`."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Begin in this order; all others follow.
EARLY = ("drill", "browser")
#: Share what is dear to start, so that one worker runs them all, before all else.
TOGETHER = "tests/drills/delivery/"


class Scheduling(LoadScopeScheduling):
    """Test by test, but for those that stay together. (xdist's groups are lost on pytest 9.)"""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is left with it while the others rest."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    return next((n for n, name in enumerate(EARLY) if item.get_closest_marker(name)), len(EARLY))
