"""What changed since a person read it; an earlier version's words once more."""

import pytest

from hub.models import Event
from knowledge.actions import articles, reading, reviewing
from knowledge.models import Reading, Review, Revision
from tests.knowledge.making import case_note, entry, experience, send
from tests.knowledge.test_models import refused
from tests.knowledge.test_reviews import beside, reviewer
from tests.knowledge.test_versions import again


def address(article, end=""):
    return f"{article.get_absolute_url()}{end}"


def read(client, article, number):
    return send(client, address(article, "reading/"), {"number": str(number)})


def test_a_reader_sees_that_it_changed_and_what(cast, sign_in):
    article = experience(cast, fields={"tried": "Two machines."})
    rita = sign_in(cast.rita)
    first = rita.get(address(article))
    assert (first.context["reads"]["has_changed"], Reading.objects.count()) == (False, 0)
    assert read(rita, article, 1).status_code == 302
    assert rita.get(address(article)).context["reads"] == {}
    again(cast, article, fields={"tried": "Three machines."})
    again(cast, article, fields={"tried": "Four machines."})

    page = rita.get(address(article)).text
    assert "Changed since you read it" in page
    assert "You read version 1:" in page
    assert f"{address(article, 'compare/')}?from=1&amp;to=3" in page
    assert Reading.objects.get().number == 1
    read(rita, article, 3)
    assert "Changed since you read it" not in rita.get(address(article)).text


def test_opening_a_page_writes_nothing(cast, sign_in):
    article = experience(cast)
    for user in (None, cast.rita, cast.bob):
        sign_in(user).get(address(article))
    assert Reading.objects.count() == 0
    assert "data-read-after" not in sign_in(None).get(address(article)).text


def test_who_wrote_the_new_version_is_not_told_of_it(cast, sign_in):
    article = experience(cast)
    read(sign_in(cast.alice), article, 1)
    again(cast, article)
    assert "Changed since you read it" not in sign_in(cast.alice).get(address(article)).text


def test_a_version_in_review_is_no_change(cast, sign_in):
    article = experience(cast)
    read(sign_in(cast.rita), article, 1)
    beside(cast, article)
    assert "Changed since you read it" not in sign_in(cast.rita).get(address(article)).text
    assert read(sign_in(cast.bob), article, 2).status_code == 404
    assert Reading.objects.get().number == 1


def test_an_older_window_does_not_take_reading_back(cast, sign_in):
    article = experience(cast)
    again(cast, article)
    client = sign_in(cast.rita)
    read(client, article, 2)
    read(client, article, 1)
    read(client, article, 2)
    assert [r.number for r in Reading.objects.all()] == [2]


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "9" * 30])
def test_a_number_that_is_none_is_refused(cast, sign_in, number):
    article = experience(cast)
    assert read(sign_in(cast.rita), article, number).status_code == 400
    assert read(sign_in(cast.rita), article, 7).status_code == 404
    assert Reading.objects.count() == 0


def test_what_was_read_is_a_version_and_goes_on(cast):
    article = experience(cast)
    again(cast, article)
    newest = Revision.objects.get(article=article, number=2)
    reading.read(by=cast.rita, revision=newest)
    change = "UPDATE knowledge_reading SET number = %s WHERE article_id = %s"
    assert refused(change, 1, article.pk) == "reading_never_goes_back"
    assert refused(change, 9, article.pk) == "reading_of_its_version"
    insert = "INSERT INTO knowledge_reading (user_id, article_id, number, read_at) VALUES (%s, %s, %s, now())"
    assert refused(insert, cast.rita.pk, article.pk, 1) == "reading_once_per_article"
    assert refused(insert, cast.bob.pk, article.pk, 0) == "reading_counts_from_one"
    assert refused(insert, cast.bob.pk, article.pk, 1) == "accepted"


def test_restored_words_are_a_new_version_with_todays_readers(cast, sign_in):
    article = experience(cast, title="First title", fields={"tried": "Two machines."})
    again(
        cast,
        article,
        title="Second title",
        fields={"tried": "Three machines."},
        visibility="programme",
        coauthors=[cast.alice],
        domains=[],
    )
    client, path = sign_in(cast.bob), address(article, "v/1/restoring/")
    assert "Restore version 1?" in client.get(path).text
    assert send(client, path, {"base": "2", "change": ""}).status_code == 422
    assert Revision.objects.count() == 2
    response = send(client, path, {"base": "2", "change": "Version 1 again"})

    article.refresh_from_db()
    assert response.headers["Location"] == address(article)
    assert (article.live.number, article.title, article.live.fields) == (
        3,
        "First title",
        {"tried": "Two machines."},
    )
    assert (article.visibility, "public" in article.audience) == ("programme", False)
    assert [a.author for a in article.authorships.all()] == [cast.bob, cast.alice]
    assert [d.code for d in article.domains.all()] == ["mobility"]
    assert Revision.objects.get(number=2).fields == {"tried": "Three machines."}
    last = Event.objects.filter(verb="article.revised").latest("pk")
    assert (last.actor, last.text) == (cast.bob, "Version 1 again")


def test_restoring_from_an_old_page_asks_again(cast, sign_in):
    article = experience(cast)
    again(cast, article)
    again(cast, article, fields={"tried": "Alice was here."})
    client, path = sign_in(cast.bob), address(article, "v/1/restoring/")
    response = send(client, path, {"base": "2", "change": "Back"})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Alice saved version 3 meanwhile. Read it before you decide."
    ]
    assert Revision.objects.count() == 3
    assert 'name="base" value="3"' in response.text
    assert send(client, path, {"base": "3", "change": "Back"}).status_code == 302
    assert Revision.objects.count() == 4


def test_a_restored_case_note_is_sent_in_where_others_review(cast, sign_in):
    reviewer(cast)
    article = case_note(cast, by=cast.bob)
    article.refresh_from_db()
    made = entry(cast, title="Other title", fields={"summary": "Other words."})
    articles.revise(by=cast.bob, article=article, entry=made, base=1, publish=True)
    path = address(article, "v/1/restoring/")
    assert "It is sent in for review" in sign_in(cast.carol).get(path).text
    send(sign_in(cast.carol), path, {"base": "2", "change": "Back"})

    review = Review.objects.get()
    article.refresh_from_db()
    assert (review.revision.number, review.state, article.live.number) == (3, "open", 2)
    assert article.title == "Other title"


def test_restoring_takes_the_version_in_review_out(cast, sign_in):
    article = experience(cast)
    review = beside(cast, article, title="Waiting")
    page = sign_in(cast.alice).get(address(article, "v/1/restoring/")).text
    assert "Version 2, which is in review, is taken out of it." in page
    send(sign_in(cast.alice), address(article, "v/1/restoring/"), {"base": "2", "change": "Back"})
    review.refresh_from_db()
    article.refresh_from_db()
    assert (review.state, article.live.number) == ("withdrawn", 3)
    with pytest.raises(reviewing.NotOpen):
        reviewing.publish(by=cast.carol, review=review)


def test_only_what_one_sees_can_be_restored(cast, sign_in):
    article = experience(cast)
    again(cast, article)
    path = address(article, "v/1/restoring/")
    for user, status in ((cast.rita, 403), (cast.mallory, 403), (cast.bob, 200)):
        assert sign_in(user).get(path).status_code == status
    bob = sign_in(cast.bob)
    assert bob.get(address(article, "v/9/restoring/")).status_code == 404
    newest = bob.get(address(article, "v/2/restoring/"))
    assert newest.headers["Location"] == address(article, "v/2/")
    assert "Restore this version" in bob.get(address(article, "v/1/")).text
    assert "Restore this version" not in sign_in(cast.rita).get(address(article, "v/1/")).text
