"""The ranked list of what may no longer be true."""

from knowledge.models import Flag
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from tests.conftest import Cast
from tests.knowledge.making import case_note, experience
from tests.knowledge.upkeep.making import SignIn, due


def test_the_radar_puts_first_what_matters_most_and_filters(cast: Cast, sign_in: SignIn) -> None:
    quiet, used, stale = (experience(cast, title=t) for t in ("Quiet", "Used", "Stale"))
    note = case_note(cast, city=cast.malmo)
    told = Told("adapt", "Half as large")
    reuse.declare(by=cast.mallory, article=used, city=cast.leuven, told=told)
    gone = Told("stopped", "Half as large", reason="Too dear")
    reuse.declare(by=cast.mallory, article=quiet, city=cast.leuven, told=gone)
    for article in (quiet, used, note):
        Flag.objects.create(
            article=article, kind="dead-link", evidence="https://a.example/", text="404"
        )
    due(stale, 95)
    Flag.objects.create(article=stale, kind="overdue", evidence=str(stale.review_by))
    client = sign_in(cast.carol)

    def shown(query: str = "") -> list[tuple[str, int]]:
        page = client.get(f"/knowledge/radar/{query}").context["page"]
        return [(a.title, a.rank) for a in page]

    # (1 + 5) x 2; 1 x (3 months + 1); 1 x 2, in the order of their days.
    assert shown() == [("Used", 12), ("Stale", 4), ("Quiet", 2), ("Heat from the sewer", 2)]
    assert shown("?flag=overdue") == [("Stale", 4)]
    assert shown("?city=malmo") == [("Heat from the sewer", 2)]
    assert shown("?programme=twinning") == []
    assert len(shown("?programme=learning-hub-syd&flag=dead-link")) == 3
    alice = sign_in(cast.alice).get("/knowledge/radar/").context["page"]
    assert [a.title for a in alice] == ["Used", "Stale", "Quiet"]
    assert sign_in(cast.mallory).get("/knowledge/radar/").status_code == 403
    home = sign_in(cast.carol).get("/").content.decode()
    assert "Texts that may no longer be true" in home
    assert "Your texts to check" in sign_in(cast.bob).get("/").content.decode()


def test_the_radar_as_a_file_runs_no_formula(cast: Cast, sign_in: SignIn) -> None:
    made = experience(cast, title="=HYPERLINK(1)")
    Flag.objects.create(article=made, kind="dead-link", evidence="https://a.example/", text="410")
    answer = sign_in(cast.carol).get("/knowledge/radar/radar.csv")
    assert answer["Content-Type"] == "text/csv"
    heads, row = answer.content.decode("utf-8-sig").strip().splitlines()
    assert row.startswith('"\'=HYPERLINK(1)","http://localhost:8000/knowledge/')
    assert row.endswith('"A link in it leads nowhere: the page was taken away."')
    assert heads.count(",") == 10
