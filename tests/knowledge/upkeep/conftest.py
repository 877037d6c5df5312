from collections.abc import Iterator

import pytest

from knowledge.models import Article
from tests.conftest import Cast
from tests.knowledge.making import experience
from tests.knowledge.upkeep.serving import OPEN, Server, serving


@pytest.fixture
def article(cast: Cast) -> Article:
    return experience(cast)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(OPEN) as made:
        yield made
