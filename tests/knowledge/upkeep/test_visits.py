"""Dead links: what is visited and how, and what is never reached."""

import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler

import pytest
from django.test.utils import override_settings

from knowledge.upkeep.fetching import Visit, is_public, visit
from tests.knowledge.upkeep.serving import OPEN, SHUT, Server, at, network, serving, to


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
