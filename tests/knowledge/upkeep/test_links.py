"""Which links are visited, when one is dead, and how many in a run."""

import datetime as dt
import os
import subprocess
import sys
from typing import Any

import pytest
import time_machine
from django.test.utils import override_settings
from django.utils import timezone

from hub import markdown
from knowledge import tasks
from knowledge.actions import articles
from knowledge.models import Article, Flag, Link
from knowledge.upkeep import fetching, links
from knowledge.upkeep.fetching import Network, Visit
from tests.conftest import Cast
from tests.knowledge.making import entry, experience
from tests.knowledge.upkeep.serving import OPEN, Server, network

TEXT = """
See [the report](https://a.example/report#page=3), [again](https://a.example/report),
<https://b.example/>, ![pic](https://pictures.example/x.png), [own](/knowledge/),
[mail](mailto:a@b.example), [bad](javascript:alert(1)), `https://code.example/`,
https://bare.example/ and [relative](//c.example/x) and [ftp](ftp://d.example/).

> [quoted][1]

[1]: https://quoted.example/a?b=c "title"
"""


def test_links_are_found_by_the_parser_of_the_page() -> None:
    found = markdown.links(TEXT)
    assert found == [
        "https://a.example/report#page=3",
        "https://a.example/report",
        "https://b.example/",
        "https://quoted.example/a?b=c",
    ]
    with override_settings(BASE_URL="https://a.example"):
        assert markdown.links(TEXT) == ["https://b.example/", "https://quoted.example/a?b=c"]
    assert markdown.links("[" * 50_000) == []
    assert markdown.links("[a](https://a.example/)" * 9000) == []


def addresses() -> list[str]:
    return sorted(Link.objects.values_list("address", flat=True))


def test_links_are_listed_from_the_live_version_of_published_texts(cast: Cast) -> None:
    fields = {"tried": TEXT, "setback": "None"}
    draft = experience(cast, publish=False, fields=fields)
    assert links.list_links() == 0
    made = articles.revise(
        by=cast.bob, article=draft, entry=entry(cast, fields=fields), base=1, publish=True
    )
    assert links.list_links() == 1
    first = ["https://a.example/report", "https://b.example/", "https://quoted.example/a?b=c"]
    assert addresses() == first
    assert links.list_links() == 0
    beside = entry(cast, fields={"tried": "[new](https://new.example/)"})
    articles.revise(by=cast.bob, article=made, entry=beside, base=2, publish=False)
    assert (links.list_links(), addresses()) == (0, first)
    Flag.objects.create(article=made, kind="dead-link", evidence="https://b.example/")
    articles.revise(by=cast.bob, article=made, entry=beside, base=3, publish=True)
    assert (links.list_links(), addresses()) == (1, ["https://new.example/"])
    assert Flag.objects.get().how == "by-itself"


@pytest.fixture
def article(cast: Cast) -> Article:
    made = experience(cast, fields={"tried": "[x](https://a.example/x)", "setback": "None"})
    links.list_links()
    return made


def judge(met: Visit, day: int, hour: int = 12, **more: Any) -> tuple[str, int]:
    with time_machine.travel(dt.datetime(2026, 12, day, hour, tzinfo=dt.UTC)):
        links.record("https://a.example/x", met, **more)
    link = Link.objects.get()
    return link.state, link.failures


def test_three_failures_on_three_days_are_a_dead_link(article: Article) -> None:
    gone = Visit(404)
    assert judge(gone, 1) == ("failing", 1)
    assert judge(gone, 1, 14) == ("failing", 1)
    assert judge(gone, 1, 15) == ("failing", 1)
    assert judge(Visit(met="timeout"), 2) == ("failing", 2)
    assert Flag.objects.count() == 0
    assert judge(gone, 3) == ("dead", 3)
    flag = Flag.objects.get()
    assert (flag.evidence, flag.text, flag.is_open) == ("https://a.example/x", "404", True)
    assert judge(gone, 4) == ("dead", 4)
    assert Flag.objects.count() == 1
    assert judge(Visit(200), 5) == ("answers", 0)
    flag.refresh_from_db()
    assert (flag.how, flag.settled_by) == ("by-itself", None)


@pytest.mark.parametrize(
    "met",
    [
        Visit(401),
        Visit(403),
        Visit(429),
        Visit(500),
        Visit(503),
        Visit(met="tls"),
        Visit(met="closed"),
        Visit(met="redirects"),
    ],
)
def test_a_closed_door_is_not_counted(article: Article, met: Visit) -> None:
    for day in range(1, 6):
        assert judge(met, day) == ("unclear", 0)
    judge(Visit(404), 6)
    judge(Visit(404), 7)
    assert judge(met, 8) == ("failing", 2)
    assert judge(Visit(404), 9) == ("dead", 3)
    assert judge(met, 10) == ("dead", 3)


def test_one_good_day_begins_anew(article: Article) -> None:
    judge(Visit(404), 1)
    judge(Visit(404), 2)
    assert judge(Visit(200), 3) == ("answers", 0)
    assert judge(Visit(404), 4) == ("failing", 1)


def test_nothing_counts_while_our_own_line_is_cut(article: Article) -> None:
    for day in range(1, 5):
        assert judge(Visit(met="no-host"), day, is_cut_off=True) == ("new", 0)


def listed(article: Article, *found: tuple[str, str]) -> None:
    Link.objects.all().delete()
    for host, path in found:
        Link.objects.create(article=article, address=f"http://{host}{path}", host=host)


def test_a_run_is_polite(article: Article, server: Server) -> None:
    many = [(f"open.example:{server.port}", f"/{n}") for n in range(8)]
    listed(article, *many, (f"other.example:{server.port}", "/"))
    waits: list[float] = []
    net = network(server, {"other.example": [OPEN]})
    assert links.visit_what_is_due(net, pause=60, sleep=waits.append) == 6
    assert len(server.seen) == 6
    assert len(waits) == 4
    assert all(50 < wait <= 60 for wait in waits)
    hosts = [host.partition(":")[0] for _, _, host, _ in server.seen]
    assert hosts[:3] == ["open.example", "other.example", "open.example"]
    assert Link.objects.filter(state="answers").count() == 6
    assert links.visit_what_is_due(net, pause=0) == 3
    assert links.visit_what_is_due(net, pause=0) == 0
    with time_machine.travel(timezone.now() + dt.timedelta(days=31)):
        assert links.visit_what_is_due(net, pause=0) > 0


def test_one_run_waits_for_another(article: Article, server: Server) -> None:
    many = [(f"open.example:{server.port}", f"/{n}") for n in range(8)]
    listed(article, *many, *[(f"host-{n}.example", "/") for n in range(30)])
    assert sum(len(mine) for mine in links._claim().values()) == links.MOST
    assert links._claim() == {}
    with time_machine.travel(timezone.now() + links.LEASE + dt.timedelta(seconds=1)):
        assert len(links._claim()) > 1


def test_only_links_of_published_texts_are_visited(
    cast: Cast, article: Article, server: Server
) -> None:
    listed(article, (f"open.example:{server.port}", "/"))
    articles.archive(by=cast.bob, article=article, reason="Old")
    assert links.visit_what_is_due(network(server), pause=0) == 0
    assert server.seen == []


def test_silence_of_all_hosts_is_our_own(article: Article, server: Server) -> None:
    hosts = [f"{name}.example" for name in ("a", "b", "c")]
    listed(article, *[(host, "/") for host in hosts])
    assert links.visit_what_is_due(network(server), pause=0) == 3
    assert set(Link.objects.values_list("state", "failures")) == {("new", 0)}
    # The control: where one host answers, the silence of the others counts.
    listed(article, *[(host, "/") for host in hosts], (f"open.example:{server.port}", "/"))
    assert links.visit_what_is_due(network(server), pause=0) == 4
    assert Link.objects.filter(state="failing", failures=1).count() == 3


def test_one_address_in_two_texts_is_visited_once(
    cast: Cast, article: Article, server: Server
) -> None:
    host = f"open.example:{server.port}"
    listed(article, (host, "/gone"))
    other = experience(cast, title="Other")
    Link.objects.create(article=other, address=f"http://{host}/gone", host=host)
    server.answers = {"/gone": 404}
    assert links.visit_what_is_due(network(server), pause=0) == 1
    assert list(Link.objects.values_list("state", "failures")) == [("failing", 1)] * 2


@pytest.mark.parametrize("is_on", [True, False])
def test_the_setting_turns_visits_off(
    article: Article, monkeypatch: pytest.MonkeyPatch, is_on: bool
) -> None:
    Link.objects.all().delete()
    Article.objects.update(links_of=0)
    visited: list[str] = []

    def seen(address: str, _network: Network) -> Visit:
        visited.append(address)
        return Visit(200)

    monkeypatch.setattr(links, "visit_one", seen)
    with override_settings(CHECK_LINKS=is_on):
        tasks.check_links()
    assert addresses() == ["https://a.example/x"]
    assert visited == (["https://a.example/x"] if is_on else [])


@pytest.mark.parametrize(
    ("given", "visits"),
    [
        ({"SAMPLE_HUB": "0"}, True),
        ({"SAMPLE_HUB": "1"}, False),
        ({"SAMPLE_HUB": "0", "CHECK_LINKS": "0"}, False),
        ({"SAMPLE_HUB": "1", "CHECK_LINKS": "1"}, True),
    ],
)
def test_the_sample_hub_calls_on_nobody(given: dict[str, str], visits: bool) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "CHECK_LINKS"}
    code = "from hub import settings; print(settings.CHECK_LINKS)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(
        command, env=kept | given, capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == str(visits)


def test_the_limits_are_those_that_were_promised() -> None:
    assert (fetching.TIMEOUT, fetching.MOST_REDIRECTS, links.DEAD_AFTER_DAYS) == (10, 5, 3)
