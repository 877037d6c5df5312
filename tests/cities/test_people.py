"""Inviting, accepting, changing and ending roles: who may, what comes of it, what stays."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership, OfferedMembership
from cities.people import actions
from hub import access
from hub.delivery.sweep import sweep
from hub.models import Delivery, Event, Invitation, User
from tests.conftest import Cast
from tests.smtp import Sink

SignIn = Callable[[User | None], Client]
PASSWORD = "three calm herons"


def key() -> dict[str, str]:
    return {"_key": str(uuid.uuid4())}


def offer(cast: Cast, **changes: object) -> Invitation:
    """An open invitation to be staff of Lund, from alice."""
    given = {
        "place": cast.lund,
        "role": Role.STAFF,
        "email": "new@example.org",
        "name": "Nina",
        "language": "sv",
        "message": "",
        "by": cast.alice,
    }
    return actions.invite(**given | changes)  # type: ignore[arg-type]


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def form(**changes: str) -> dict[str, str]:
    sent = {
        "email": "new@example.org",
        "role": "staff",
        "name": "",
        "language": "sv",
        "message": "",
    }
    return sent | changes | key()


def test_a_lead_invites_and_the_mail_arrives_in_its_language(
    cast: Cast, sign_in: SignIn, smtp_sink: Sink
) -> None:
    client = sign_in(cast.alice)

    sent = client.post("/cities/lund/people/invitations/", form(message="Hej <b>du</b>"))
    sweep()

    invitation = Invitation.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, "/cities/lund/people/")
    assert (invitation.email, invitation.invited_by) == ("new@example.org", cast.alice)
    mail = smtp_sink.messages[0].message
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert mail["To"] == "new@example.org"
    assert mail["Content-Language"] == "sv"
    assert f"/invitations/{invitation.token}/" in body
    assert "Lund" in body
    assert "<b>du</b>" not in html


@pytest.mark.parametrize(
    ("role", "address", "answer"),
    [
        ("lead", "/cities/lund/people/invitations/", 200),
        ("staff", "/cities/lund/people/invitations/", 403),
        ("coordinator", "/cities/lund/people/invitations/", 200),
        ("coordinator", "/cities/leuven/people/invitations/", 403),
        ("foreign", "/cities/lund/people/invitations/", 403),
        ("researcher", "/cities/lund/people/invitations/", 403),
        ("admin", "/cities/leuven/people/invitations/", 200),
        ("lead", "/programmes/learning-hub-syd/people/invitations/", 403),
        ("coordinator", "/programmes/learning-hub-syd/people/invitations/", 200),
        ("coordinator", "/programmes/twinning/people/invitations/", 403),
        ("coordinator", "/organisations/lund-university/people/invitations/", 200),
        ("researcher", "/organisations/lund-university/people/invitations/", 403),
    ],
)
def test_who_may_invite_where(
    cast: Cast, sign_in: SignIn, role: str, address: str, answer: int
) -> None:
    client = sign_in(cast.by_role()[role])

    assert client.get(address).status_code == answer
    if answer == 403:
        assert client.post(address, form()).status_code == 403
        assert Invitation.objects.count() == 0


def test_roles_of_another_kind_of_place_cannot_be_offered(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)

    refused = client.post("/cities/lund/people/invitations/", form(role="coordinator"))

    assert (refused.status_code, Invitation.objects.count()) == (422, 0)


def test_a_member_and_an_invited_address_are_said_to_be_so(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    offer(cast)

    member = client.post("/cities/lund/people/invitations/", form(email="BOB@Example.org"))
    invited = client.post("/cities/lund/people/invitations/", form())

    assert member.status_code == invited.status_code == 422
    assert "Bob is a member here already: city staff." in member.content.decode()
    assert "This address has been invited already." in invited.content.decode()
    assert Invitation.objects.count() == 1


def test_known_and_unknown_addresses_get_the_same_answer(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    address = "/cities/lund/people/invitations/"

    known = client.post(address, form(email="mallory@example.org"), follow=True)
    Invitation.objects.all().delete()
    unknown = client.post(address, form(email="nobody7@example.org"), follow=True)

    assert known.status_code == unknown.status_code == 200
    assert _plain(known.content, "mallory@example.org") == _plain(
        unknown.content, "nobody7@example.org"
    )


def test_opening_the_link_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast)
    before = Invitation.objects.values().get()
    client = sign_in(None)

    page = client.get(invitation.get_absolute_url())

    assert page.status_code == 200
    assert "city staff – Lund" in page.content.decode()
    assert Invitation.objects.values().get() == before
    assert not User.objects.filter(email="new@example.org").exists()


def test_the_page_does_not_tell_whether_the_address_has_an_account(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(None)
    unknown = client.get(offer(cast, name="").get_absolute_url())
    known = client.get(offer(cast, email=cast.mallory.email, name="").get_absolute_url())

    assert unknown.status_code == known.status_code == 200
    assert _plain(unknown.content, "new@example.org") == _plain(
        known.content, "mallory@example.org"
    )


def test_a_newcomer_makes_an_account_and_is_in(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast)
    client = sign_in(None)
    data = {"name": "Nina Ek", "password": PASSWORD, "language": "en"} | key()

    first = client.post(f"/invitations/{invitation.token}/account/", data)
    home = client.get(first["Location"], follow=True)

    nina = User.objects.get(email="new@example.org")
    assert (nina.name, nina.language, nina.check_password(PASSWORD)) == ("Nina Ek", "en", True)
    assert list(nina.emailaddress_set.values_list("email", "verified", "primary")) == [
        ("new@example.org", True, True)
    ]
    membership = Membership.objects.get(user=nina)
    assert (membership.place, membership.role, membership.started_by) == (
        cast.lund,
        Role.STAFF,
        cast.alice,
    )
    assert access.holds(nina, f"city:{cast.lund.pk}:staff")
    assert home.redirect_chain[-1][0] == "/"
    assert "Nina Ek" in home.content.decode()
    event = Event.objects.get(verb="membership.started")
    assert event.direct == [cast.alice.pk]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "12345678"}, "too common"),
        ({"password": ""}, "required"),
        ({"name": ""}, "required"),
        ({"name": "x" * 121}, "at most 120"),
        ({"language": "xx"}, "not one of the available choices"),
    ],
)
def test_a_wrong_sign_up_says_what_and_makes_nothing(
    cast: Cast, sign_in: SignIn, changes: dict[str, str], words: str
) -> None:
    invitation = offer(cast)
    client = sign_in(None)
    data = {"name": "Nina", "password": PASSWORD, "language": "en"} | changes | key()

    refused = client.post(
        f"/invitations/{invitation.token}/account/", data, headers={"Accept-Language": "en"}
    )

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()
    assert fresh_state(invitation) == "open"


def test_who_has_an_account_cannot_be_signed_up_again(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast, email=cast.mallory.email)
    client = sign_in(None)
    data = {"name": "M", "password": PASSWORD, "language": "en"} | key()

    refused = client.post(f"/invitations/{invitation.token}/account/", data)

    assert refused.status_code == 422
    assert fresh(cast.mallory).check_password("correct horse battery")
    assert "_auth_user_id" not in client.session
    assert fresh_state(invitation) == "open"


def test_who_has_an_account_accepts_signed_in(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast, email=cast.mallory.email)
    url = f"/invitations/{invitation.token}/acceptance/"

    visitor = sign_in(None).post(url, key())
    accepted = sign_in(cast.mallory).post(url, key())
    again = sign_in(cast.mallory).post(url, key())

    assert visitor["Location"] == f"/accounts/login/?next=%2Finvitations%2F{invitation.token}%2F"
    assert (accepted.status_code, accepted["Location"]) == (302, "/")
    assert Membership.objects.filter(user=cast.mallory, city=cast.lund).count() == 1
    assert again.status_code == 410


def test_another_address_cannot_take_it(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast)
    client = sign_in(cast.mallory)

    page = client.get(invitation.get_absolute_url())
    taken = client.post(f"/invitations/{invitation.token}/acceptance/", key())
    joined = client.post(f"/invitations/{invitation.token}/account/", key())

    assert [page.status_code, taken.status_code, joined.status_code] == [403, 403, 403]
    assert not Membership.objects.filter(user=cast.mallory, city=cast.lund).exists()
    assert fresh_state(invitation) == "open"


def test_a_verified_second_address_may_take_it(cast: Cast, sign_in: SignIn) -> None:
    invitation = offer(cast)
    cast.mallory.emailaddress_set.create(email="new@example.org", verified=True)
    client = sign_in(cast.mallory)

    accepted = client.post(f"/invitations/{invitation.token}/acceptance/", key())

    assert accepted.status_code == 302
    assert Membership.objects.filter(user=cast.mallory, city=cast.lund).count() == 1


@pytest.mark.parametrize("state", ["expired", "revoked", "accepted"])
def test_a_closed_invitation_opens_nothing(cast: Cast, sign_in: SignIn, state: str) -> None:
    invitation = offer(cast)
    now = timezone.now()
    changes = {
        "expired": {"invited_at": now - timedelta(days=2), "expires_at": now - timedelta(days=1)},
        "revoked": {"revoked_at": now, "revoked_by": cast.alice},
        "accepted": {"accepted_at": now, "accepted_by": cast.rita},
    }[state]
    Invitation.objects.filter(pk=invitation.pk).update(**changes)
    data = {"name": "N", "password": PASSWORD, "language": "en"} | key()
    client = sign_in(None)

    page = client.get(invitation.get_absolute_url())
    joined = client.post(f"/invitations/{invitation.token}/account/", data)

    assert [page.status_code, joined.status_code] == [410, 410]
    assert not User.objects.filter(email="new@example.org").exists()
    words = {"expired": "run out", "revoked": "withdrawn", "accepted": "has been used"}[state]
    assert words in page.content.decode()


def test_an_unknown_token_is_no_page(client: Client, db: None) -> None:
    assert client.get("/invitations/aaaaaaaaaaaaaaaaaaaaaaaa/").status_code == 404


def test_sent_again_it_is_a_new_mail_with_the_whole_time(
    cast: Cast, sign_in: SignIn, smtp_sink: Sink
) -> None:
    invitation = offer(cast)
    sweep()
    Invitation.objects.update(
        invited_at=timezone.now() - timedelta(days=40),
        expires_at=timezone.now() - timedelta(days=10),
    )

    sent = sign_in(cast.alice).post(f"/invitations/{invitation.pk}/resending/", key())
    sweep()

    invitation.refresh_from_db()
    assert (sent.status_code, invitation.times_sent, invitation.state) == (302, 2, "open")
    assert len(smtp_sink.messages) == 2
    assert len({m.message_id for m in smtp_sink.messages}) == 2


def test_withdrawn_before_it_was_sent_it_is_never_sent(
    cast: Cast, sign_in: SignIn, smtp_sink: Sink
) -> None:
    invitation = offer(cast)
    client = sign_in(cast.alice)

    asked = client.get(f"/invitations/{invitation.pk}/revocation/")
    assert (asked.status_code, fresh_state(invitation)) == (200, "open")
    client.post(f"/invitations/{invitation.pk}/revocation/", key())
    sweep()

    assert (fresh_state(invitation), smtp_sink.messages) == ("revoked", [])
    assert Delivery.objects.get().state == "superseded"


@pytest.mark.parametrize("role", ["staff", "foreign", "researcher"])
def test_others_find_no_invitation(cast: Cast, sign_in: SignIn, role: str) -> None:
    invitation = offer(cast)
    client = sign_in(cast.by_role()[role])

    for noun in ("resending", "revocation"):
        assert client.post(f"/invitations/{invitation.pk}/{noun}/", key()).status_code == 404
    assert (fresh_state(invitation), Delivery.objects.count()) == ("open", 1)


def test_the_list_shows_addresses_and_offers_to_those_who_keep_it(
    cast: Cast, sign_in: SignIn
) -> None:
    offer(cast)

    seen = {
        role: sign_in(person).get("/cities/lund/people/") for role, person in cast.by_role().items()
    }

    assert {role: page.status_code for role, page in seen.items()} == {
        "visitor": 302,
        "lead": 200,
        "staff": 200,
        "coordinator": 200,
        "researcher": 403,
        "foreign": 403,
        "admin": 200,
    }
    for role in ("lead", "coordinator", "admin"):
        assert "bob@example.org" in seen[role].content.decode()
        assert "new@example.org" in seen[role].content.decode()
    assert "Bob" in seen["staff"].content.decode()
    assert "alice@example.org" not in seen["staff"].content.decode()
    assert "new@example.org" not in seen["staff"].content.decode()


def test_an_ended_membership_is_refused_on_the_next_request(cast: Cast, sign_in: SignIn) -> None:
    membership = Membership.objects.get(user=cast.bob)
    bobs = Client()
    bobs.force_login(cast.bob)
    assert bobs.get("/cities/lund/people/").status_code == 200

    client = sign_in(cast.alice)
    assert client.get(f"/memberships/{membership.pk}/ending/").status_code == 200
    ended = client.post(f"/memberships/{membership.pk}/ending/", key())

    assert ended["Location"] == "/cities/lund/people/"
    assert bobs.get("/cities/lund/people/").status_code == 403
    membership.refresh_from_db()
    assert (membership.ended_by, membership.ended_at is not None) == (cast.alice, True)
    assert client.post(f"/memberships/{membership.pk}/ending/", key()).status_code == 404


@pytest.mark.parametrize(
    ("role", "answer"), [("staff", 403), ("foreign", 404), ("researcher", 404)]
)
def test_others_end_no_membership(cast: Cast, sign_in: SignIn, role: str, answer: int) -> None:
    membership = Membership.objects.get(user=cast.alice, city=cast.lund)
    client = sign_in(cast.by_role()[role])

    for noun, data in (("ending", {}), ("role", {"role": "staff"})):
        sent = client.post(f"/memberships/{membership.pk}/{noun}/", data | key())
        assert sent.status_code == answer
    membership.refresh_from_db()
    assert (membership.ended_at, membership.role) == (None, Role.LEAD)


def test_a_changed_role_keeps_the_old_one_in_the_history(cast: Cast, sign_in: SignIn) -> None:
    old = Membership.objects.get(user=cast.bob)

    sign_in(cast.alice).post(f"/memberships/{old.pk}/role/", {"role": "lead"} | key())

    old.refresh_from_db()
    assert (old.role, old.ended_by) == (Role.STAFF, cast.alice)
    current = Membership.objects.current().get(user=cast.bob)
    assert (current.role, current.started_by) == (Role.LEAD, cast.alice)


def test_the_last_coordinator_stays(cast: Cast, sign_in: SignIn) -> None:
    membership = Membership.objects.get(user=cast.carol)
    client = sign_in(cast.carol)

    ended = client.post(f"/memberships/{membership.pk}/ending/", key())
    changed = client.post(f"/memberships/{membership.pk}/role/", {"role": "reviewer"} | key())

    assert [ended.status_code, changed.status_code] == [422, 422]
    assert "at least one coordinator" in ended.content.decode()
    membership.refresh_from_db()
    assert membership.ended_at is None


def test_with_another_coordinator_the_first_may_go(cast: Cast, sign_in: SignIn) -> None:
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.COORDINATOR)
    membership = Membership.objects.get(user=cast.carol)

    ended = sign_in(cast.carol).post(f"/memberships/{membership.pk}/ending/", key())

    assert (ended.status_code, ended["Location"]) == (302, "/")
    assert not access.holds(fresh(cast.carol), f"programme:{cast.syd.pk}:coordinator")


@pytest.mark.parametrize("rows", [1, 30])
def test_lists_cost_the_same_queries_however_long(
    cast: Cast, sign_in: SignIn, rows: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for n in range(rows):
        user = User.objects.create_user(f"p{n}@example.org", name=f"P {n}")
        Membership.objects.create(user=user, city=cast.lund, role=Role.STAFF)
        offer(cast, email=f"q{n}@example.org")
    client = sign_in(cast.alice)
    for url, queries in (("/people/", 5), ("/cities/lund/people/", 5)):
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


def test_ids_of_others_are_not_swapped_in(cast: Cast, sign_in: SignIn) -> None:
    """Extra and foreign fields change nothing beyond the form."""
    client = sign_in(cast.alice)

    client.post(
        "/cities/lund/people/invitations/",
        form(city=str(cast.leuven.pk), place="leuven", invited_by=str(cast.carol.pk)),
    )

    offered = OfferedMembership.objects.get()
    assert (offered.city, offered.programme, offered.invitation.invited_by) == (
        cast.lund,
        None,
        cast.alice,
    )


def fresh_state(invitation: Invitation) -> str:
    return str(Invitation.objects.get(pk=invitation.pk).state.value)


def _plain(content: bytes, email: str) -> str:
    """The page without what differs by nature: the address and the random keys."""
    text = content.decode().replace(email, "EMAIL").replace(email.replace("@", "%40"), "EMAIL")
    text = re.sub(r"/invitations/[\w-]+/", "/invitations/TOKEN/", text)
    text = re.sub(r'name="(_key|csrfmiddlewaretoken)" value="[^"]+"', "KEY", text)
    return re.sub(r"(/|%2F)invitations(/|%2F)[\w-]+", "TOKEN", text)


def test_the_routes_are_those_of_the_contract() -> None:
    assert reverse("people") == "/people/"
    assert reverse("city-people", args=["lund"]) == "/cities/lund/people/"
