import re
from collections import Counter
from collections.abc import Iterator

import pytest

from hub import delivery
from hub.models import Delivery, User
from tests.drills.delivery import kinds
from tests.drills.delivery.parts import Parts, flush_broker
from tests.smtp import Sink

MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)\r$", re.MULTILINE)


@pytest.fixture(scope="package")
def crew(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Workers and beats on the database of the tests; gone before that is."""
    running = Parts(tmp_path_factory.mktemp("crew"))
    yield running
    running.stop()


@pytest.fixture
def parts(crew: Parts, transactional_db: None, smtp_sink: Sink) -> Iterator[Parts]:
    """The crew at rest, on an empty database and an empty broker."""
    crew.rest()
    flush_broker()
    kinds.register()
    yield crew
    crew.rest()
    kinds.forget()
    flush_broker()


class Ledger:
    """What the database says, and what the mail server says."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def owe(self, number: int, *, event: str = "lab:1", kind: str = "drill.reminder") -> None:
        """`number` people, each owed one reminder."""
        first = User.objects.count()
        people = User.objects.bulk_create(
            User(email=f"p{first + n}@example.org", name=f"Person {first + n}", language="en")
            for n in range(number)
        )
        delivery.plan(kind=kind, event=event, receivers=people)

    @property
    def states(self) -> Counter[str]:
        return Counter(Delivery.objects.values_list("state", flat=True))

    @property
    def is_settled(self) -> bool:
        return not Delivery.objects.filter(state__in=["pending", "sending"]).exists()

    def message_ids(self) -> Counter[str]:
        """How often each Message-ID arrived at the server."""
        # Parsing thousands of whole mails would take longer than sending them.
        found = (MESSAGE_ID.search(mail.raw) for mail in list(self.sink.messages))
        return Counter(match[1].decode() for match in found if match)

    def lost(self) -> int:
        """Rows whose message never arrived."""
        arrived = self.message_ids()
        return sum(i not in arrived for i in Delivery.objects.values_list("message_id", flat=True))

    def repeats(self) -> int:
        return sum(self.message_ids().values()) - len(self.message_ids())

    def doubled_people(self) -> int:
        """Receivers who got messages under two Message-IDs, or one message twice."""
        got = Counter(mail.recipients for mail in list(self.sink.messages))
        return sum(n > 1 for n in got.values())


@pytest.fixture
def ledger(smtp_sink: Sink) -> Ledger:
    return Ledger(smtp_sink)
