"""Who answers for a text, and what if nobody does."""

import pytest
from django.utils import timezone

from cities.models import Membership
from hub.models import Delivery, Event, User
from knowledge.actions import articles
from knowledge.models import Article, Flag, Handover
from knowledge.upkeep import actions, sweeping
from tests.conftest import Cast
from tests.knowledge.making import case_note, entry, experience, send
from tests.knowledge.upkeep.making import SignIn, check, up
from tests.labs.test_letters import compose


def test_nobody_answers_for_a_text_without_their_own_word(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    data = {"answer": "hand-over", "receiver": str(cast.alice.pk), "words": "You run it"}
    assert send(sign_in(cast.bob), check(article), data).status_code == 302
    asked = Handover.objects.get()
    article.refresh_from_db()
    assert (article.owner, asked.note, asked.state) == (cast.bob, "You run it", "open")
    assert Delivery.objects.get(kind="article.handover").user == cast.alice
    assert "asks you to answer" in sign_in(cast.alice).get("/").content.decode()
    path = asked.get_absolute_url()
    for who, status in ((cast.carol, 403), (cast.mallory, 404), (cast.bob, 403)):
        assert send(sign_in(who), path, {"answer": "accept"}).status_code == status
    assert send(sign_in(cast.alice), path, {"answer": "accept"}).status_code == 302
    article.refresh_from_db()
    asked.refresh_from_db()
    assert (article.owner, asked.state, asked.answered_by) == (cast.alice, "accepted", cast.alice)
    assert f"user:{cast.alice.pk}" in article.insiders
    event = Event.objects.get(verb="article.handed-over")
    assert (event.direct, set(event.audience)) == ([cast.bob.pk], set(article.insiders))
    again = send(sign_in(cast.alice), path, {"answer": "accept"})
    assert again.status_code == 403


def test_a_colleague_does_not_take_a_text_from_its_owner(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    """Dora, staff of Lund as Bob, may edit it and no more; when he has gone, she may find another."""
    dora = User.objects.create(email="dora@example.org", name="Dora", language="en")
    Membership.objects.create(user=dora, city=cast.lund, role="staff")
    data = {"answer": "hand-over", "receiver": str(dora.pk)}
    answer = send(sign_in(dora), check(article), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["answer"])
    assert "Somebody else should answer" not in answer.content.decode()
    assert send(sign_in(dora), check(article, "question/"), {}).status_code == 403
    article.refresh_from_db()
    assert article.owner == cast.bob
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    sweeping.sweep()
    assert send(sign_in(dora), check(article), data).status_code == 302
    article.refresh_from_db()
    assert article.owner == dora


def test_declining_and_taking_back_leave_it_as_it_was(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    first = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    send(sign_in(cast.alice), first.get_absolute_url(), {"answer": "perhaps"})
    assert Handover.objects.open().count() == 1
    send(sign_in(cast.alice), first.get_absolute_url(), {"answer": "decline"})
    assert Event.objects.get(verb="article.handover-declined").direct == [cast.bob.pk]
    second = actions.hand_over(by=cast.carol, article=article, receiver=cast.alice)
    send(sign_in(cast.bob), second.get_absolute_url(), {"answer": "withdraw"})
    states = list(Handover.objects.order_by("pk").values_list("state", flat=True))
    article.refresh_from_db()
    assert (states, article.owner) == (["declined", "withdrawn"], cast.bob)
    row = Delivery.objects.filter(kind="article.handover").latest("pk")
    assert str(compose(row).reason) == "The question was answered first."  # type: ignore[union-attr]


def test_a_later_question_takes_the_place_of_the_first(cast: Cast, article: Article) -> None:
    first = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    actions.hand_over(by=cast.carol, article=article, receiver=cast.carol)
    first.refresh_from_db()
    article.refresh_from_db()
    assert (first.state, article.owner) == ("withdrawn", cast.carol)
    with pytest.raises(actions.Refused):
        actions.accept(by=cast.alice, handover=first)


def test_who_may_no_longer_edit_cannot_accept(
    cast: Cast, article: Article, sign_in: SignIn
) -> None:
    asked = actions.hand_over(by=cast.bob, article=article, receiver=cast.alice)
    Membership.objects.filter(user=cast.alice, city=cast.lund).update(
        ended_at=timezone.now(), ended_by=cast.carol
    )
    alice = User.objects.get(pk=cast.alice.pk)
    with pytest.raises(actions.CannotAnswerForIt):
        actions.accept(by=alice, handover=asked)
    send(sign_in(alice), asked.get_absolute_url(), {"answer": "accept"})
    article.refresh_from_db()
    assert (article.owner, Handover.objects.get().state) == (cast.bob, "open")
    with pytest.raises(actions.CannotAnswerForIt):
        actions.hand_over(by=cast.bob, article=article, receiver=cast.mallory)


def test_an_owner_who_left_is_flagged_until_somebody_takes_over(
    cast: Cast, article: Article
) -> None:
    private = experience(cast, title="Private", visibility="private")
    note = case_note(cast, city=None)
    case_note(cast, city=cast.leuven, programme=None)
    sweeping.sweep()
    assert Flag.objects.count() == 0
    Membership.objects.filter(user=cast.bob).update(ended_at=timezone.now(), ended_by=cast.carol)
    for _again in range(2):
        sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.bob.pk}")]
    assert (up(private), up(note)) == ([], [])
    actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
    flag = Flag.objects.get()
    assert (flag.how, flag.settled_by) == ("handed-over", cast.alice)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    sweeping.sweep()
    assert (up(article), up(private)) == ([], [("owner-gone", f"user:{cast.bob.pk}")])
    User.objects.filter(pk=cast.bob.pk).update(is_active=True)
    sweeping.sweep()
    assert up(private) == []


def test_who_left_the_city_may_take_a_text_over_anew(cast: Cast, article: Article) -> None:
    """Alice, in the programme's team, leaves Lund after she has taken Bob's text over."""
    actions.hand_over(by=cast.alice, article=article, receiver=cast.alice)
    at_lund = Membership.objects.filter(user=cast.alice, city=cast.lund)
    at_lund.update(ended_at=timezone.now(), ended_by=cast.carol)
    sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.alice.pk}")]
    alice = User.objects.get(pk=cast.alice.pk)
    Article.objects.update(owner=cast.bob)
    made = entry(cast, coauthors=[alice])
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    actions.hand_over(by=alice, article=article, receiver=alice)
    sweeping.sweep()
    assert up(article) == []


def test_who_took_a_text_over_is_not_gone_while_they_belong_anywhere(
    cast: Cast, article: Article
) -> None:
    """Rita writes with Lund without being of the city."""
    made = entry(cast, coauthors=[cast.rita])
    article = articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    actions.hand_over(by=cast.rita, article=article, receiver=cast.rita)
    sweeping.sweep()
    assert up(article) == []
    Membership.objects.filter(user=cast.rita).update(ended_at=timezone.now(), ended_by=cast.carol)
    sweeping.sweep()
    assert up(article) == [("owner-gone", f"user:{cast.rita.pk}")]
