"""Everybody's digest at one hour: each gets one, with all of their news."""

import datetime as dt

import pytest
from django.db.models.functions import Now

from hub import fanout
from hub.delivery.digests import DIGEST
from hub.enums import MailChoice
from hub.models import Delivery, Event, User
from tests.drills.delivery.conftest import Ledger
from tests.drills.delivery.parts import Parts, patience, until

pytestmark = pytest.mark.django_db(transaction=True)

NEWS = 3


def tell(people: list[User]) -> None:
    for number in range(NEWS):
        event = Event.objects.create(
            verb="drill", title=f"News {number}", url=f"/{number}/", audience=["public"],
            direct=[person.pk for person in people],
        )  # fmt: skip
        fanout.fan_out(event.pk)


@pytest.mark.parametrize(
    "number",
    [pytest.param(200, marks=pytest.mark.drill), pytest.param(2_000, marks=pytest.mark.soak)],
)
def test_digests_of_one_hour(
    parts: Parts, ledger: Ledger, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.org", language="en", mail_notes=MailChoice.DAILY)
        for n in range(number)
    )
    tell(people)
    rows = Delivery.objects.filter(kind=DIGEST)
    assert (rows.count(), rows.values("due_at").distinct().count()) == (number, 1)
    parts.use(workers=2, beats=2)
    # The hour comes for all of them at once.
    rows.update(due_at=Now(), try_at=Now() + dt.timedelta(seconds=1))
    took = until(lambda: ledger.is_settled, "everything is settled", seconds=patience(number))
    with capsys.disabled():
        print(
            f"\n{number} digests at one hour: {ledger.lost()} lost, "
            f"{ledger.doubled_people()} doubled, {took:.1f} s"
        )
    assert (ledger.lost(), ledger.doubled_people()) == (0, 0)
    assert ledger.states == {"sent": number}
    whole = [mail for mail in ledger.sink.messages if mail.subject.startswith(f"{NEWS} pieces")]
    assert len(whole) == number
