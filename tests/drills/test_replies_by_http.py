"""A mail service hands answers by calendar to the hub as it runs: gunicorn and PostgreSQL."""

import hashlib
import hmac
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from labs.models import CalendarReply, Registration, RegistrationStep
from tests import databases
from tests.browser.site import Site
from tests.labs.replying import BASE, a_reply
from tests.worlds import World
from tests.worlds.kept import KeptWorld

pytestmark = pytest.mark.drill
SECRET = "shared with the mail service"


@dataclass
class Hub:
    site: Site
    world: World

    def send(self, raw: bytes, *, secret: str = SECRET) -> int:
        """The status of the answer."""
        signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        request = urllib.request.Request(  # noqa: S310 - own
            f"{self.site.url}/labs/replies/",
            raw,
            {"Content-Type": "message/rfc822", "X-Inbound-Signature": f"sha256={signature}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - own
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code


@pytest.fixture
def hub(kept_world: KeptWorld, tmp_path: Path, django_db_blocker: Any) -> Iterator[Hub]:
    site = Site(
        tmp_path, f"{kept_world.database}_replies", INBOUND_ADDRESS=BASE, INBOUND_SECRET=SECRET
    )
    with django_db_blocker.unblock():
        databases.create(site.database, kept_world.database)
        try:
            site.start_web()
            yield Hub(site, deepcopy(kept_world.world))
        finally:
            site.stop()
            databases.drop(site.database)


def test_an_answer_sent_ten_times_at_once_acts_once(hub: Hub, settings: Any) -> None:
    settings.INBOUND_ADDRESS = BASE
    lab, user = hub.world["lab_public"], hub.world["bob"]
    raw = a_reply(lab, user, SEQUENCE=lab.sequence)
    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(lambda _n: hub.send(raw), range(10)))
    assert statuses == [204] * 10
    with hub.site.own_database():
        own = Registration.objects.get(lab=lab, user=user)
        steps = RegistrationStep.objects.filter(registration=own).values_list("step", "via")
        assert (own.state, list(steps)) == ("seated", [("registered", "ical")])
        assert CalendarReply.objects.count() == 1


def test_strangers_and_giants_are_turned_away(hub: Hub, settings: Any) -> None:
    settings.INBOUND_ADDRESS = BASE
    raw = a_reply(hub.world["lab_public"], hub.world["bob"])
    assert hub.send(raw, secret="another") == 403
    assert hub.send(b"x" * 3_000_000) == 413
    assert hub.send(b"\x00\xff" * 5000) == 204
    with hub.site.own_database():
        assert CalendarReply.objects.count() == 0
