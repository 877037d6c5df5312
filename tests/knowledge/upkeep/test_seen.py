"""Flags and doubts are seen by whom they concern."""

from hub.models import Event
from knowledge.actions import articles
from knowledge.models import Article, Flag, Handover
from knowledge.upkeep import actions
from tests.conftest import Cast
from tests.knowledge.making import entry, experience, send
from tests.knowledge.upkeep.making import SignIn, check


def test_flags_of_a_text_are_seen_by_those_who_edit_it_only(cast: Cast, sign_in: SignIn) -> None:
    """The text itself is open to everybody; of the private one nobody hears."""
    public, private = experience(cast), experience(cast, title="Private", visibility="private")
    for n, article in enumerate((public, private)):
        Flag.objects.create(
            article=article,
            kind="dead-link",
            evidence=f"https://secret-{n}.example/kanarie",
            text="404",
        )
    seen: dict[str, list[bool]] = {}
    for name, who in cast.by_role().items():
        client = sign_in(who)
        pages = [client.get(path).content.decode() for path in (
            "/", "/knowledge/radar/", "/knowledge/radar/radar.csv", public.get_absolute_url(),
            check(public), private.get_absolute_url(), check(private), "/inbox/",
            "/search/?q=kanarie", "/feeds/knowledge.atom",
        )]  # fmt: skip
        seen[name] = [any(f"secret-{n}.example" in page for page in pages) for n in (0, 1)]
    assert seen == {
        "visitor": [False, False],
        "lead": [True, False],
        "staff": [True, True],
        "coordinator": [True, False],
        "researcher": [False, False],
        "foreign": [False, False],
        "admin": [False, False],
    }


def test_flags_are_settled_through_their_own_text_only(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    other = experience(cast, title="Other", visibility="private")
    flag = Flag.objects.create(article=other, kind="dead-link", evidence="https://a.example/")
    for who, path in (
        (cast.alice, check(article, f"flags/{flag.pk}/")),
        (cast.alice, check(other, f"flags/{flag.pk}/")),
        (cast.mallory, check(other, f"flags/{flag.pk}/")),
    ):
        assert send(sign_in(who), path, {}).status_code == 404
    asked = Handover.objects.create(article=other, receiver=cast.bob, asked_by=cast.bob)
    path = check(article, f"handover/{asked.pk}/")
    assert sign_in(cast.bob).get(path).status_code == 404
    assert sign_in(cast.alice).get(asked.get_absolute_url()).status_code == 404
    flag.refresh_from_db()
    assert flag.is_open


def test_who_may_no_longer_read_a_text_hears_no_more_of_it(cast: Cast, article: Article) -> None:
    actions.report_figure(by=cast.rita, article=article, figure="12", source="https://a.example/")
    made = entry(cast, visibility="private")
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    event = Event.objects.get(verb="article.figure-reported")
    assert event.audience == [f"user:{cast.bob.pk}"]
