"""Accounts and the ways in, through the pages people use."""

import re
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from cities.models import Membership
from hub.actions.people import create_person, disable_person, enable_person
from hub.actions.tidying import forget_sealed_letters
from hub.delivery.sweep import sweep
from hub.models import Delivery, User
from hub.models.users import normal_email
from hub.sealing import seal, unseal
from tests.conftest import Cast
from tests.smtp import Sink

SignIn = Callable[[User | None], Client]
PASSWORD = "three calm herons"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _forget_limits() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _quickly_hashed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is slow on purpose; only who measures it has to wait for it."""
    if request.node.get_closest_marker("soak") is None:
        monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1000)


@pytest.fixture
def nina(db: None) -> User:
    return create_person(email="nina@example.org", name="Nina", language="en", password=PASSWORD)


def _sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


def _is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def _code_mailed(sink: Sink) -> str:
    sweep()
    body = sink.messages[-1].message.get_body(("plain",))
    assert body is not None
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", body.get_content(), re.MULTILINE)
    assert found is not None, body.get_content()
    return found.group(1)


@pytest.mark.parametrize(
    "spelling",
    ["nina@example.org", "NINA@Example.ORG", " nina@example.org "],
)
def test_an_address_is_one_name_however_it_is_spelt(
    client: Client, nina: User, spelling: str
) -> None:
    assert normal_email(spelling) == "nina@example.org"
    assert _sign_in(client, spelling) == 302
    assert _is_in(client)


def test_spellings_of_unicode_are_one() -> None:
    assert normal_email("ｎｉｎａ@Example.org") == "nina@example.org"
    assert normal_email("Å@example.org") == normal_email("A\u030a@EXAMPLE.org") == "å@example.org"


def test_two_spellings_cannot_be_two_accounts(nina: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Nina@EXAMPLE.org")
    with pytest.raises(IntegrityError, match="user_email_once_in_any_case"), transaction.atomic():
        User.objects.create(email="NINA@example.org")


def test_a_wrong_password_does_not_open(client: Client, nina: User) -> None:
    assert _sign_in(client, nina.email, "wrong") == 200
    assert not _is_in(client)


def test_known_and_unknown_addresses_get_the_same_page(client: Client, nina: User) -> None:
    """Sign-in, code and reset: status and body, with the time in test_same_time below."""
    pages = {
        LOGIN: {"password": "wrong"},
        "/accounts/login/code/": {},
        "/accounts/password/reset/": {},
    }
    for url, data in pages.items():
        field = "login" if url == LOGIN else "email"
        answers = []
        for email in (nina.email, "none@example.org"):
            visitor = Client()
            answer = visitor.post(url, {field: email, **data}, follow=True)
            answers.append((answer.status_code, answer.redirect_chain, _plain(answer, email)))
        assert answers[0] == answers[1], url


def test_a_closed_sign_up_tells_nothing(client: Client, nina: User) -> None:
    answers = []
    for email in (nina.email, "none@example.org"):
        visitor = Client()
        data = {"email": email, "password1": PASSWORD}
        answer = visitor.post("/accounts/signup/", data, follow=True)
        answers.append((answer.status_code, answer.redirect_chain, _plain(answer, email)))

    assert answers[0] == answers[1]
    assert User.objects.count() == 1


@pytest.mark.soak
def test_same_time_for_known_and_unknown(client: Client, nina: User) -> None:
    """In turn, so that a drifting machine slows both alike (trust 22: 5 % over 500)."""
    times: dict[str, list[float]] = {nina.email: [], "none@example.org": []}
    for _ in range(500):
        for email, spent in times.items():
            cache.clear()
            began = time.perf_counter()
            _sign_in(client, email, "wrong")
            spent.append(time.perf_counter() - began)
    medians = [statistics.median(spent) for spent in times.values()]

    assert max(medians) / min(medians) < 1.05


def test_the_limit_holds_whatever_address_is_forged(client: Client, nina: User) -> None:
    for n in range(30):
        client.post(
            LOGIN,
            {"login": nina.email, "password": f"wrong {n}"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )

    assert _sign_in(client, nina.email) != 302
    assert not _is_in(client)
    cache.clear()
    assert _sign_in(client, nina.email) == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limited", [True, False])
def test_the_limit_holds_when_forty_come_at_once(settings: object, limited: bool) -> None:
    """With the limit five tries reach the password, without it (the control) all of them."""
    create_person(email="nina@example.org", name="Nina", language="en", password=PASSWORD)
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]
    if not limited:
        settings.ACCOUNT_RATE_LIMITS = False  # type: ignore[attr-defined]
    ready = threading.Barrier(40)

    def knock(n: int) -> str:
        visitor = Client(headers={"Accept-Language": "en", "X-Forwarded-For": f"10.1.0.{n}"})
        ready.wait(60)
        try:
            answer = visitor.post(LOGIN, {"login": "nina@example.org", "password": f"wrong {n}"})
            return answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(40) as pool:
        pages = list(pool.map(knock, range(40)))

    tried = sum("are not correct" in page for page in pages)
    assert tried <= 5 if limited else tried == 40


def test_without_the_protection_the_pages_differ(
    client: Client, nina: User, settings: object
) -> None:
    """The control of the comparison of pages."""
    settings.ACCOUNT_PREVENT_ENUMERATION = False  # type: ignore[attr-defined]
    answers = []
    for email in (nina.email, "none@example.org"):
        answer = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append((answer.status_code, answer.redirect_chain, _plain(answer, email)))

    assert answers[0] != answers[1]


def test_other_spellings_do_not_get_round_the_limit(client: Client, nina: User) -> None:
    for spelling in (
        "nina@example.org",
        "NINA@example.org",
        "Nina@example.org",
        "nINA@example.org",
    ):
        for _ in range(2):
            _sign_in(client, spelling, "wrong")

    assert _sign_in(client, nina.email) != 302


def test_a_mailed_code_signs_in(client: Client, nina: User, smtp_sink: Sink) -> None:
    client.post("/accounts/login/code/", {"email": nina.email})
    code = _code_mailed(smtp_sink)
    assert not _is_in(client)

    client.post("/accounts/login/code/confirm/", {"code": code})

    assert _is_in(client)
    assert smtp_sink.messages[0].recipients == (nina.email,)


def test_a_wrong_code_does_not(client: Client, nina: User, smtp_sink: Sink) -> None:
    client.post("/accounts/login/code/", {"email": nina.email})
    _code_mailed(smtp_sink)

    for _ in range(4):
        client.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA"})

    assert not _is_in(client)


def test_the_code_is_not_readable_in_the_ledger(
    client: Client, nina: User, smtp_sink: Sink
) -> None:
    client.post("/accounts/login/code/", {"email": nina.email})
    stored = str(Delivery.objects.get().facts)
    code = _code_mailed(smtp_sink)

    assert code not in stored
    assert nina.email not in stored
    assert forget_sealed_letters() == 1
    assert Delivery.objects.get().facts == {}


def test_what_is_sealed_opens_with_the_same_key_only(settings: object) -> None:
    sealed = seal({"a": 1})
    assert unseal(sealed) == {"a": 1}
    assert unseal(sealed[:-4] + "AAAA") is None
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert unseal(sealed) is None


def test_a_forgotten_password_is_set_anew_by_mail(
    client: Client, nina: User, smtp_sink: Sink
) -> None:
    client.post("/accounts/password/reset/", {"email": nina.email})
    sweep()
    body = smtp_sink.messages[-1].message.get_body(("plain",))
    assert body is not None
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", body.get_content())
    assert link is not None

    form = client.get(link.group(1), follow=True)
    address = form.redirect_chain[-1][0]
    new = "four grey geese"
    client.post(address, {"password1": new, "password2": new})

    nina.refresh_from_db()
    assert nina.check_password(new)


def test_an_authenticator_app_is_asked_for_its_digits(client: Client, nina: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(nina, secret)

    assert _sign_in(client, nina.email) == 302
    assert not _is_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not _is_in(client)

    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert _is_in(client)


def test_the_app_is_set_up_through_the_pages(client: Client, nina: User) -> None:
    _sign_in(client, nina.email)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))

    client.post("/accounts/2fa/totp/activate/", {"code": code})

    kinds = set(Authenticator.objects.filter(user=nina).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


def test_a_recovery_code_works_once(client: Client, nina: User) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    totp.TOTP.activate(nina, totp.generate_totp_secret())
    code = RecoveryCodes.activate(nina).get_unused_codes()[0]

    for entered in (True, False):
        visitor = Client()
        _sign_in(visitor, nina.email)
        visitor.post("/accounts/2fa/authenticate/", {"code": code})
        assert _is_in(visitor) is entered


def test_a_disabled_person_is_out_at_once(cast: Cast, client: Client, nina: User) -> None:
    _sign_in(client, nina.email)
    assert _is_in(client)

    disable_person(person=nina, by=cast.ada)

    assert not _is_in(client)
    _sign_in(client, nina.email)
    assert not _is_in(client)
    enable_person(person=nina, by=cast.ada)
    # The old session has ended; a new sign-in is needed.
    assert not _is_in(client)
    _sign_in(client, nina.email)
    assert _is_in(client)


def test_a_lost_role_closes_its_pages_on_the_next_request(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.carol)
    assert client.get("/desk/").status_code == 200

    Membership.objects.filter(user=cast.carol).update(ended_at=timezone.now(), ended_by=cast.ada)

    assert client.get("/desk/").status_code == 403


def test_sessions_are_listed_and_ended(client: Client, nina: User) -> None:
    elsewhere = Client()
    _sign_in(elsewhere, nina.email)
    _sign_in(client, nina.email)
    assert client.get("/accounts/sessions/").status_code == 200

    client.post("/accounts/sessions/")

    assert (_is_in(client), _is_in(elsewhere)) == (True, False)


def test_a_new_password_ends_other_sessions(client: Client, nina: User) -> None:
    elsewhere = Client()
    _sign_in(elsewhere, nina.email)
    _sign_in(client, nina.email)
    new = "four grey geese"

    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    nina.refresh_from_db()
    assert nina.check_password(new)
    assert (_is_in(client), _is_in(elsewhere)) == (True, False)


def test_a_change_of_the_account_is_told_with_one_clear_advice(
    client: Client, nina: User, smtp_sink: Sink
) -> None:
    _sign_in(client, nina.email)
    new = "four grey geese"
    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    sweep()
    mail = smtp_sink.messages[-1].message
    plain, designed = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert designed is not None
    for text in (plain.get_content(), designed.get_content()):
        assert "Your password has been changed." in text
        assert "/accounts/password/reset/" in text
        assert "you need not do anything" not in text


def test_an_unknown_address_is_not_invited_to_sign_up(
    db: None, client: Client, smtp_sink: Sink
) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    sweep()
    body = smtp_sink.messages[-1].message.get_body(("plain",))
    assert body is not None
    assert "There is no account with this address." in body.get_content()
    assert "signup" not in body.get_content()


def test_the_admin_repairs_accounts_but_makes_none(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    fields = {
        "name": "Bob",
        "language": "sv",
        "time_zone": "Europe/Stockholm",
    }

    assert client.get("/admin/hub/user/add/").status_code == 403
    client.post(f"/admin/hub/user/{cast.bob.pk}/change/", fields)

    bob = User.objects.get(pk=cast.bob.pk)
    assert (bob.is_active, bob.language) == (False, "sv")
    assert client.post(f"/admin/hub/user/{cast.bob.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_request_costs_one_query_for_the_person_and_all_keys(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: Callable[..., object]
) -> None:
    client = sign_in(cast.alice)
    client.get("/privacy/")
    with django_assert_num_queries(1):
        client.get("/privacy/")


def test_an_account_has_one_verified_address(nina: User) -> None:
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (nina.pk, "nina@example.org", True, True)
    ]


def _plain(answer: object, email: str) -> str:
    text = answer.content.decode().replace(email, "EMAIL")  # type: ignore[attr-defined]
    text = text.replace(email.replace("@", "%40"), "EMAIL")
    return re.sub(r'name="(_key|csrfmiddlewaretoken)" value="[^"]+"', "KEY", text)
