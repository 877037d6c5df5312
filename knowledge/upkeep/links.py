"""Links of published texts: listed from the live version, visited in turn, flagged when dead.

A visitor who comes to many texts is polite: a few links a run, one host at a time with a pause,
a live link once a month. One bad evening says nothing: dead is what failed on three days.
"""

import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from hub import markdown
from knowledge.actions.articles import lock
from knowledge.enums import FlagKind, LinkState, Settled
from knowledge.models import Article, Link
from knowledge.models.upkeep import LONGEST_ADDRESS
from knowledge.sections import texts
from knowledge.upkeep import flags
from knowledge.upkeep.dates import today
from knowledge.upkeep.fetching import Network, Visit, host_of
from knowledge.upkeep.fetching import visit as visit_one

MOST_OF_ONE_TEXT = 100
TEXTS_AT_ONCE = 200
#: Of one run: links, links of one host, seconds, and seconds between two visits to one host.
MOST, MOST_OF_HOST, SECONDS, PAUSE = 20, 5, 45.0, 2.0
#: A run that died lets the next one begin after this.
LEASE = dt.timedelta(minutes=10)
DEAD_AFTER_DAYS = 3
#: So many hosts that are all silent mean that our own line is.
CUT_OFF_FROM = 3
NEXT = {
    LinkState.ANSWERS: dt.timedelta(days=30),
    LinkState.UNCLEAR: dt.timedelta(days=14),
    LinkState.FAILING: dt.timedelta(days=1),
    LinkState.DEAD: dt.timedelta(days=7),
}


# Listing ------------------------------------------------------------------------


def list_links() -> int:
    """Of texts that have another live version than the one whose links are listed."""
    changed = Article.objects.kept_true().exclude(links_of=F("live__number")).order_by("pk")
    ids = list(changed.values_list("pk", flat=True)[:TEXTS_AT_ONCE])
    for pk in ids:
        _list_links_of(pk)
    return len(ids)


@transaction.atomic
def _list_links_of(pk: int) -> None:
    article = lock(Article(pk=pk))
    if not article.is_standing or article.live is None:
        return
    wanted = addresses(article)
    Link.objects.filter(article=article).exclude(address__in=wanted).delete()
    gone = flags.of(article, [FlagKind.DEAD_LINK]).exclude(evidence__in=wanted)
    flags.take_down(gone, Settled.BY_ITSELF)
    rows = [Link(article=article, address=a, host=host) for a, host in wanted.items()]
    Link.objects.bulk_create(rows, ignore_conflicts=True)
    Article.objects.filter(pk=pk).update(links_of=article.live.number)


def addresses(article: Article) -> dict[str, str]:
    """What the live version leads to, with the host of each; read by the parser of the page."""
    found: dict[str, str] = {}
    for section in texts(article.kind):
        written = article.live.fields.get(section.code) if article.live else ""
        for link in markdown.links(str(written or "")):
            address = link.partition("#")[0]
            host = host_of(address)
            if host and len(address) <= LONGEST_ADDRESS and "\x00" not in address:
                found[address] = host
    return dict(list(found.items())[:MOST_OF_ONE_TEXT])


# Visiting -----------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    address: str
    host: str
    visit: Visit


def visit_what_is_due(
    network: Network | None = None,
    *,
    pause: float = PAUSE,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """One run; what it does not reach stays due. Returns how many addresses were visited."""
    found = _visit_in_turn(_claim(), network or Network(), pause, sleep)
    hosts = {one.host for one in found}
    silent = {one.host for one in found if not one.visit.answered and one.visit.failed}
    is_cut_off = len(hosts) >= CUT_OFF_FROM and silent == hosts
    for one in found:
        record(one.address, one.visit, is_cut_off=is_cut_off)
    return len(found)


@transaction.atomic
def _claim() -> dict[str, list[str]]:
    """Host → addresses for this run; none while another one is on its way.

    So no host is called on twice at once, and of the workers that send mail one at most is busy.
    """
    with connection.cursor() as cursor:
        # Two runs that claim at once would both find nobody on the way.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('knowledge.links'))")
    now = timezone.now()
    if Link.objects.filter(leased_until__gt=now).exists():
        return {}
    due = Link.objects.of_published().filter(due_at__lte=now)
    taken: dict[str, list[str]] = {}
    rows = due.order_by("due_at", "pk").values_list("host", "address")
    for host, address in dict.fromkeys(rows[: MOST * 20]):
        mine = taken.setdefault(host, [])
        if len(mine) < MOST_OF_HOST:
            mine.append(address)
        if sum(map(len, taken.values())) >= MOST:
            break
    named = [address for mine in taken.values() for address in mine]
    Link.objects.filter(address__in=named).update(leased_until=now + LEASE)
    return taken


def _visit_in_turn(
    taken: dict[str, list[str]], network: Network, pause: float, sleep: Callable[[float], None]
) -> list[Found]:
    """One host after the other, and round again: a pause is seldom waited for."""
    found, last, end = [], dict[str, float](), time.monotonic() + SECONDS
    waiting = deque((host, deque(mine)) for host, mine in taken.items())
    while waiting and time.monotonic() < end:
        host, mine = waiting.popleft()
        wait = last[host] + pause - time.monotonic() if host in last else 0.0
        if wait > 0:
            sleep(wait)
        address = mine.popleft()
        found.append(Found(address, host, visit_one(address, network)))
        last[host] = time.monotonic()
        if mine:
            waiting.append((host, mine))
    _give_back(address for _host, mine in waiting for address in mine)
    return found


def _give_back(named: Iterable[str]) -> None:
    Link.objects.filter(address__in=list(named)).update(leased_until=None)


@transaction.atomic
def record(address: str, visit: Visit, *, is_cut_off: bool = False) -> None:
    """What a visit says of the link, in every text that has it."""
    rows = Link.objects.select_for_update().filter(address=address).order_by("pk")
    for link in rows:
        _judge(link, visit, is_cut_off=is_cut_off)
        link.save()
        flag = flags.of(link.article, [FlagKind.DEAD_LINK]).filter(evidence=address)
        if link.state == LinkState.DEAD:
            met = {"text": link.met}
            flags.put_up(link.article_id, FlagKind.DEAD_LINK, address, **met)
        elif link.state == LinkState.ANSWERS:
            flags.take_down(flag, Settled.BY_ITSELF)


def _judge(link: Link, visit: Visit, *, is_cut_off: bool) -> None:
    now, day = timezone.now(), today()
    link.leased_until, link.visited_at = None, now
    link.met = visit.met or str(visit.status)
    if is_cut_off:
        link.due_at = now + NEXT[LinkState.FAILING]
        return
    if visit.failed:
        if link.failed_on != day:
            link.failures, link.failed_on = link.failures + 1, day
        is_dead = link.failures >= DEAD_AFTER_DAYS
        link.state = LinkState.DEAD if is_dead else LinkState.FAILING
    elif visit.is_fine:
        link.state, link.failures, link.failed_on = LinkState.ANSWERS, 0, None
    elif link.state != LinkState.DEAD:
        # Closed to us or out of order for now: neither alive nor dead, and it is not counted.
        link.state = LinkState.UNCLEAR if not link.failures else LinkState.FAILING
    link.due_at = now + NEXT[LinkState(link.state)]
