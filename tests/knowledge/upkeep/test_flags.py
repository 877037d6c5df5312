"""Reuse that was stopped, and newer figures."""

import pytest

from hub.models import Event
from knowledge.models import Article, Flag
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.upkeep import actions, sweeping
from tests.conftest import Cast
from tests.knowledge.making import send
from tests.knowledge.upkeep.making import SignIn, check, up


def test_reuse_that_was_stopped_is_flagged_once_for_each_stop(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    def tell(stage: str, version: int, reason: str = "") -> None:
        told = Told(stage, "Half as large", reason=reason)
        by, city = cast.mallory, cast.leuven
        reuse.declare(by=by, article=article, city=city, told=told, from_version=version)
        for _again in range(2):
            sweeping.sweep()

    tell("adapt", 0)
    assert up(article) == []
    tell("stopped", 1, "Too <i>dear</i>")
    assert [kind for kind, _evidence in up(article)] == ["reuse-stopped"]
    page = sign_in(cast.bob).get(check(article)).content.decode()
    assert "Leuven has stopped using it: Too &lt;i&gt;dear&lt;/i&gt;" in page
    flag = Flag.objects.get()
    send(sign_in(cast.bob), check(article, f"flags/{flag.pk}/"), {})
    sweeping.sweep()
    flag.refresh_from_db()
    assert (up(article), flag.how) == ([], "seen")
    tell("adapt", 2)
    tell("stopped", 3, "Again")
    assert len(up(article)) == 1
    tell("reuse", 4)
    assert (up(article), Flag.objects.latest("pk").how) == ([], "by-itself")
    tell("stopped", 5, "For good")
    made = Flag.objects.open().get().reuse
    assert made is not None
    reuse.withdraw(by=cast.mallory, reuse=made)
    assert Flag.objects.count() == 0


def test_a_reader_reports_a_newer_figure_and_hears_what_came_of_it(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    path = f"{article.get_absolute_url()}figures/new/"
    data = {"figure": "120 <b>litres</b> in 2027", "source": "https://stats.example/2027"}
    client = sign_in(cast.rita)
    assert "There is a newer figure" in client.get(article.get_absolute_url()).content.decode()
    assert send(client, path, data).status_code == 302
    flag = Flag.objects.get()
    assert (flag.raised_by, flag.evidence) == (cast.rita, "https://stats.example/2027")
    event = Event.objects.get(verb="article.figure-reported")
    assert (event.direct, set(event.audience)) == ([cast.bob.pk], set(article.insiders))
    again = send(client, path, data | {"figure": "121"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["source"])
    page = sign_in(cast.bob).get(check(article)).content.decode()
    assert "120 &lt;b&gt;litres&lt;/b&gt; in 2027" in page
    settle = check(article, f"flags/{flag.pk}/")
    bad = send(sign_in(cast.bob), settle, {f"flag-{flag.pk}-answer": "declined"})
    assert bad.status_code == 422
    assert "error-summary" in bad.content.decode()
    declined = {f"flag-{flag.pk}-answer": "declined", f"flag-{flag.pk}-reason": "Another street"}
    assert send(sign_in(cast.bob), settle, declined).status_code == 302
    flag.refresh_from_db()
    assert (flag.how, flag.reason, flag.settled_by) == ("declined", "Another street", cast.bob)
    told = Event.objects.get(verb="article.figure-declined")
    assert (told.audience, told.direct) == ([f"user:{cast.rita.pk}"], [cast.rita.pk])
    send(sign_in(cast.bob), settle, {f"flag-{flag.pk}-answer": "taken"})
    flag.refresh_from_db()
    assert flag.how == "declined"
    send(sign_in(cast.rita), path, data)
    second = Flag.objects.open().get()
    taken = {f"flag-{second.pk}-answer": "taken"}
    answer = send(sign_in(cast.alice), check(article, f"flags/{second.pk}/"), taken)
    assert answer["Location"] == f"{article.get_absolute_url()}edit/"
    assert Event.objects.get(verb="article.figure-taken").direct == [cast.rita.pk]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"figure": ""}, "figure"),
        ({"figure": "x" * 301}, "figure"),
        ({"source": ""}, "source"),
        ({"source": "http://stats.example/"}, "source"),
        ({"source": "javascript:alert(1)"}, "source"),
        ({"source": "https://" + "a" * 1000 + ".example/"}, "source"),
    ],
)
def test_bad_reports_change_nothing(
    cast: Cast, article: Article, sign_in: SignIn, change: dict[str, str], field: str
) -> None:
    data = {"figure": "120 litres", "source": "https://stats.example/"} | change
    answer = send(sign_in(cast.rita), f"{article.get_absolute_url()}figures/new/", data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Flag.objects.count() == 0


def test_one_reader_does_not_flood_an_owner(cast: Cast, article: Article) -> None:
    for n in range(3):
        actions.report_figure(
            by=cast.rita, article=article, figure=str(n), source=f"https://a.example/{n}"
        )
    with pytest.raises(actions.TooManyReports):
        actions.report_figure(
            by=cast.rita, article=article, figure="3", source="https://a.example/3"
        )
