"""Dead links: what is visited and how, what is never reached, and when a link counts as dead.

Servers are real, on addresses of the loopback net that stand for hosts of the public one.
"""

import datetime as dt
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test.utils import override_settings
from django.utils import timezone

from hub import markdown
from knowledge import tasks
from knowledge.actions import articles
from knowledge.models import Article, Flag, Link
from knowledge.upkeep import fetching, links
from knowledge.upkeep.fetching import Network, Visit, is_public, visit
from tests.conftest import Cast
from tests.knowledge.making import entry, experience

#: Stands for a public server, for a second one, and for what must not be reached.
OPEN, OTHER, SHUT = "127.0.0.2", "127.0.0.4", "127.0.0.3"
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    number: str
    port: int
    #: Method, target, Host and User-Agent of each request, in order.
    seen: list[tuple[str, str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    answers: dict[str, Answer | int] = field(default_factory=dict)


@contextmanager
def serving(number: str, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            host, agent = self.headers.get("Host", ""), self.headers.get("User-Agent", "")
            server.seen.append((self.command, self.path, host, agent))
            server.times.append(time.monotonic())
            what = server.answers.get(
                f"{self.command} {self.path}", server.answers.get(self.path, 200)
            )
            if isinstance(what, int):
                self.send_response(what)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                what(self)

        do_HEAD = do_GET = answer  # noqa: N815 - named by the library

        def log_message(self, *_args: Any) -> None:
            """Silent."""

    made = ThreadingHTTPServer((number, port), Handler)
    made.daemon_threads = True
    made.handle_error = lambda *_args: None  # type: ignore[method-assign]
    if tls is not None:
        made.socket = tls.wrap_socket(made.socket, server_side=True)
    server = Server(number, made.server_port)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(OPEN) as made:
        yield made


def network(server: Server, names: dict[str, list[str]] | None = None, **more: Any) -> Network:
    """`open.example` is the server; the numbers that stand for the public net may be reached."""
    known = {"open.example": [server.number], **(names or {})}

    def resolve(host: str, port: int) -> list[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return known[host]

    values: dict[str, Any] = {
        "resolve": resolve,
        "is_open": lambda number: number in (OPEN, OTHER),
        "ports": (80, 443, server.port),
        "timeout": 2.0,
    }
    return Network(**values | more)


def at(server: Server, path: str = "/", host: str = "open.example") -> str:
    return f"http://{host}:{server.port}{path}"


def to(address: str, status: int = 302) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


# One visit ----------------------------------------------------------------------


@override_settings(HUB_NAME="Lärhubben\r\nX: y", BASE_URL="https://hub.example.org")
def test_a_visit_asks_for_the_head_and_says_who_comes(server: Server) -> None:
    assert visit(at(server, "/a?b=c d&e=ö"), network(server)) == Visit(200)
    (seen,) = server.seen
    host = f"open.example:{server.port}"
    agent = "LrhubbenX: y link check (+https://hub.example.org/)"
    assert seen == ("HEAD", "/a?b=c%20d&e=%C3%B6", host, agent)


@pytest.mark.parametrize(
    ("head", "get", "status"),
    [
        (405, 200, 200),
        (501, 200, 200),
        (404, 200, 200),
        (404, 404, 404),
        (410, 410, 410),
        (405, 404, 404),
        (403, 200, 403),
        (500, 200, 500),
    ],
)
def test_a_server_that_takes_no_head_is_asked_once_more(
    server: Server, head: int, get: int, status: int
) -> None:
    server.answers = {"HEAD /x": head, "GET /x": get}
    assert visit(at(server, "/x"), network(server)).status == status
    methods = [method for method, *_ in server.seen]
    assert methods == (["HEAD", "GET"] if head in (404, 405, 410, 501) else ["HEAD"])


@pytest.mark.parametrize(
    ("status", "failed", "fine"),
    [
        (200, False, True),
        (204, False, True),
        (304, False, True),
        (401, False, False),
        (403, False, False),
        (404, True, False),
        (410, True, False),
        (429, False, False),
        (500, False, False),
        (503, False, False),
    ],
)
def test_what_counts_as_failed(server: Server, status: int, failed: bool, fine: bool) -> None:
    server.answers = {"/": status}
    found = visit(at(server), network(server))
    assert (found.status, found.failed, found.is_fine) == (status, failed, fine)


def test_redirects_are_followed_five_times_and_not_for_ever(server: Server) -> None:
    server.answers = {
        f"/{n}": to(f"/{n + 1}", status) for n, status in enumerate((301, 302, 303, 307, 308, 301))
    }
    assert visit(at(server, "/1"), network(server)) == Visit(200)
    assert len(server.seen) == 6
    server.seen.clear()
    assert visit(at(server, "/0"), network(server)).met == "redirects"
    assert len(server.seen) == 6
    server.answers = {"/": to("/")}
    assert not visit(at(server), network(server)).failed


@pytest.mark.parametrize(
    "target",
    [
        "http://shut.example:{port}/",
        "http://127.0.0.3:{port}/",
        "//shut.example:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.3]:{port}/",
        "http://0:{port}/",
        "http://2130706435:{port}/",
        "http://user@shut.example:{port}/",
        "http://open.example:22/",
        "ftp://open.example/",
        "file:///etc/passwd",
        "gopher://open.example:{port}/",
        "http://[",
        "http://open.example:99999/",
        "http://a\u0000b/",
    ],
)
def test_a_redirect_leads_nowhere_else(server: Server, target: str) -> None:
    with serving(SHUT, server.port) as shut:
        server.answers = {"/": to(target.format(port=server.port))}
        names = {
            "shut.example": [SHUT],
            "127.0.0.3": [SHUT],
            "::1": ["::1"],
            "::ffff:127.0.0.3": ["::ffff:127.0.0.3"],
            "0": ["0.0.0.0"],  # noqa: S104 - what the resolver makes of it
            "2130706435": [SHUT],
        }
        found = visit(at(server), network(server, names))
        assert (found.status, found.failed) == (None, False)
        assert shut.seen == []
        # The control: with the guard off the same redirect arrives.
        if target.startswith("http://shut"):
            open_to_all = network(server, names, is_open=lambda _number: True)
            assert visit(at(server), open_to_all) == Visit(200)
            assert len(shut.seen) == 1


def test_a_slow_chain_ends_too(server: Server) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        to("/")(handler)

    server.answers = {"/": slow}
    found = visit(at(server), network(server, timeout=0.4))
    assert found.met == "redirects"
    assert 2 <= len(server.seen) <= 5


def test_a_second_answer_of_the_name_server_changes_nothing(server: Server) -> None:
    """The name is looked up once; HEAD and GET go to the number that was judged."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [OPEN] if len(asked) == 1 else [SHUT]

    server.answers = {"HEAD /": 405}
    with serving(SHUT, server.port) as shut:
        found = visit(at(server), network(server, resolve=rebinding))
        assert (found, asked) == (Visit(200), ["open.example"])
        assert ([m for m, *_ in server.seen], shut.seen) == (["HEAD", "GET"], [])


@pytest.mark.parametrize("numbers", [[SHUT], [OPEN, SHUT], [SHUT, OPEN]])
def test_a_name_that_also_stands_for_a_closed_number_is_closed(
    server: Server, numbers: list[str]
) -> None:
    found = visit(at(server, host="both.example"), network(server, {"both.example": numbers}))
    assert (found.met, server.seen) == ("closed", [])


CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 ::127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1
2002:7f00:1:: 2002:c0a8:1::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
localhost 1 127.1 0x7f.0.0.1 017700000001 not-a-number 1.2.3.4.5
"""


@pytest.mark.parametrize("number", CLOSED.split())
def test_no_form_of_a_number_that_is_not_public_is_open(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize(
    "number",
    ["1.1.1.1", "130.235.1.1", "193.10.5.5", "::ffff:1.1.1.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_public_numbers_are_open(number: str) -> None:
    assert is_public(number)


#: Each stands for this machine, or for nothing.
DISGUISES = """
http://127.0.0.1/ http://127.1/ http://0x7f.0.0.1/ http://017700000001/ http://2130706433/ http://0/
http://localhost/ http://localhost./ http://[::1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/
http://①②⑦.0.0.1/ http://127。0。0。1/ http://169.254.169.254/latest/ http://0xa9fea9fe/
"""

#: As the worker visits, with the real resolver; in a process of its own, for the guard of the
#: tests knows the plain forms only and would answer first.
VISITS = """
import socket, sys

def refuse(*args, **more):
    raise SystemExit(f"connected to {args}")

socket.create_connection = refuse
from knowledge.upkeep.fetching import visit

for address in sys.argv[1:]:
    print(visit(address).met)
"""


def test_no_disguise_of_this_machine_is_connected_to() -> None:
    found = subprocess.run(
        [sys.executable, "-c", VISITS, *DISGUISES.split()],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert found.stderr == ""
    assert set(found.stdout.split()) <= {"closed", "no-host"}
    assert found.stdout.split().count("closed") >= 12
    assert found.returncode == 0


@pytest.mark.parametrize(
    "address",
    [
        "ftp://open.example/", "javascript:alert(1)", "http://", "http:///x", "//open.example/",
        "http://open.example:22/", "http://open.example:0/", "http://open.example:x/",
        "http://user:pass@open.example/", "http://open.example\\@shut.example/",
        "http://" + "a" * 300 + ".example/", "http://a..b/", "http://[::1/", "http://a%00b/",
        "http://open example/", "http://-\x00/",
    ],
)  # fmt: skip
def test_odd_addresses_are_not_visited(server: Server, address: str) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return [SHUT]

    found = visit(address, network(server, resolve=resolve))
    assert (found.status, found.met, found.failed) == (None, "closed", False)
    assert "open.example" not in asked


def test_a_path_ends_no_line_of_the_request(server: Server) -> None:
    server.answers = {"/": to("/x\tHTTP/1.1 y?z= ä&b=\x7f")}
    assert visit(at(server), network(server)) == Visit(200)
    (_first, second) = server.seen
    assert " " not in second[1]
    assert second[1].startswith("/x")


# Servers that behave badly -------------------------------------------------------


@contextmanager
def raw(talk: Callable[[socket.socket], None]) -> Iterator[Server]:
    """A server that says what it likes."""
    listening = socket.create_server((OPEN, 0))
    listening.settimeout(5)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                found, _ = listening.accept()
            except OSError:
                return
            with found:
                try:
                    found.recv(2000)
                    talk(found)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Server(OPEN, listening.getsockname()[1])
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def drip(sock: socket.socket) -> None:
    for _ in range(100):
        sock.sendall(b"H")
        time.sleep(0.05)


def flood(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(4000):
        sock.sendall(b"X-Long: " + b"a" * 1000 + b"\r\n")


@pytest.mark.parametrize(
    ("talk", "met", "failed"),
    [
        (drip, "timeout", True),
        (lambda _sock: time.sleep(1.2), "timeout", True),
        (lambda _sock: None, "unreachable", True),
        (lambda sock: sock.sendall(b"220 smtp.example ESMTP\r\n\r\n"), "not-http", False),
        (lambda sock: sock.sendall(b"HTTP/1.1 abc\r\n\r\n"), "not-http", False),
        (lambda sock: sock.sendall(b"\x00\xff" * 9000), "not-http", False),
        (flood, "not-http", False),
    ],
)
def test_a_server_costs_no_more_than_its_time(
    talk: Callable[[socket.socket], None], met: str, failed: bool
) -> None:
    with raw(talk) as server:
        begun = time.monotonic()
        found = visit(at(server), network(server, timeout=0.5))
        assert time.monotonic() - begun < 1.0
        if talk is flood:
            assert found.status == 200 or found.met == met
        else:
            assert (found.met, found.failed) == (met, failed)


def test_of_a_long_answer_little_is_read() -> None:
    sent = []

    def talk(sock: socket.socket) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
        for _ in range(2000):
            sent.append(sock.send(b"a" * 10_000))

    with raw(talk) as server:
        assert visit(at(server), network(server)) == Visit(200)
    assert sum(sent) < 10_000_000


def test_nobody_there_and_no_such_name(server: Server) -> None:
    with socket.create_server((OPEN, 0)) as taken:
        free = taken.getsockname()[1]
    found = visit(f"http://open.example:{free}/", network(server, ports=(free,)))
    assert (found.met, found.failed) == ("unreachable", True)
    found = visit("http://nowhere.example/", network(server))
    assert (found.met, found.failed) == ("no-host", True)


# TLS ----------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For open.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "open.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("open.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_sealed_line_names_the_host_and_checks_it(certificate: Path) -> None:
    asked = []
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    theirs.sni_callback = lambda _sock, name, _context: asked.append(name)
    ours = ssl.create_default_context(cafile=str(certificate))
    with serving(OPEN, tls=theirs) as server:
        net = network(server, {"wrong.example": [OPEN]}, tls=lambda: ours)
        assert visit(f"https://open.example:{server.port}/", net) == Visit(200)
        assert asked == ["open.example"]
        assert server.seen[0][2] == f"open.example:{server.port}"
        wrong = visit(f"https://wrong.example:{server.port}/", net)
        assert (wrong.met, wrong.failed) == ("tls", False)
        unknown = visit(f"https://open.example:{server.port}/", network(server))
        assert (unknown.met, unknown.failed) == ("tls", False)


# Which links --------------------------------------------------------------------

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


# When a link is dead ------------------------------------------------------------


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


# Runs ---------------------------------------------------------------------------


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
