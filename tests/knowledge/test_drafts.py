import re
from uuid import uuid4

import pytest

from hub.models import StoredFile
from knowledge.actions import drafts
from knowledge.models import Article, Attachment, WorkingDraft
from tests.knowledge.making import experience, form, picture, send


def autosave(client, key, **changes):
    return send(
        client, f"/knowledge/drafts/{key}/", form(draft=str(key), **changes), X_Autosave="1"
    )


def test_typing_is_kept_and_goes_on_where_it_stopped(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    answer = autosave(client, key, title="", tried="Half a sen")
    assert answer.status_code == 204
    assert re.fullmatch(r"\d\d[:.]\d\d", answer.headers["X-Saved-At"])
    autosave(client, key, title="Bikes", tried="Half a sentence", city="", domains=["mobility"])

    page = client.get("/knowledge/new/")
    assert page.context["draft_key"] == key
    initial = page.context["form"].initial
    assert (initial["title"], initial["tried"], initial["domains"]) == (
        "Bikes",
        "Half a sentence",
        ["mobility"],
    )
    assert "This field is required" not in page.text
    assert Article.objects.count() == 0


def test_nobody_opens_or_overwrites_the_draft_of_another(cast, sign_in):
    key = uuid4()
    autosave(sign_in(cast.bob), key, tried="Mine")
    client = sign_in(cast.alice)
    assert autosave(client, key, tried="Yours").status_code == 404
    assert client.get(f"/knowledge/new/?draft={key}").status_code == 404
    assert "Mine" not in client.get("/knowledge/new/").text
    assert send(client, f"/knowledge/drafts/{key}/removal/", {}).status_code == 404
    assert WorkingDraft.objects.get().data["tried"] == ["Mine"]


def test_starting_another_leaves_the_first(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    autosave(client, key, tried="First")
    fresh = client.get("/knowledge/new/?fresh").context["draft_key"]
    assert fresh != key
    autosave(client, fresh, tried="Second")
    assert client.get(f"/knowledge/new/?draft={key}").context["form"].initial["tried"] == "First"


def test_only_its_author_hears_that_a_text_came_of_a_draft(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    autosave(client, key)
    asked = f"/knowledge/drafts/{key}/"
    assert client.get(asked).status_code == 404
    send(client, "/knowledge/new/", form(draft=str(key)))
    answer = client.get(asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sign_in(cast.mallory).get(asked).status_code == 404


def test_publishing_takes_the_draft_away_and_a_late_autosave_does_not_bring_it_back(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    autosave(client, key)
    send(client, "/knowledge/new/", form(draft=str(key)))
    late = autosave(client, key)
    assert (late.status_code, WorkingDraft.objects.count()) == (409, 0)
    assert late.json()["message"].startswith("This text has been saved already.")


def test_an_edit_is_kept_too_and_a_late_autosave_is_not(cast, sign_in):
    article = experience(cast)
    client, edit = sign_in(cast.bob), f"/knowledge/{article.slug}/edit/"
    autosave(client, uuid4(), article=article.slug, base="1", tried="Draft of an edit")
    draft = WorkingDraft.objects.get()
    assert (draft.key, draft.base_number) == (drafts.key_for(cast.bob, article), 1)
    assert client.get(edit).context["form"].initial["tried"] == "Draft of an edit"

    send(client, edit, form(base="1"))
    late = autosave(client, uuid4(), article=article.slug, base="1")
    assert (late.status_code, WorkingDraft.objects.count()) == (409, 0)


def test_too_much_text_is_said_and_not_kept(cast, sign_in):
    answer = autosave(sign_in(cast.bob), uuid4(), tried="x" * 600_000)
    assert answer.status_code == 409
    assert answer.json()["message"].startswith("The text is too long to be kept.")
    assert WorkingDraft.objects.count() == 0


def test_drafts_of_those_who_may_not_write(cast, sign_in):
    article = experience(cast)
    assert autosave(sign_in(cast.rita), uuid4()).status_code == 403
    assert (
        autosave(sign_in(cast.mallory), uuid4(), article=article.slug, base="1").status_code == 403
    )
    assert autosave(sign_in(cast.bob), uuid4(), kind="magic").status_code == 403
    assert WorkingDraft.objects.count() == 0


def test_a_draft_is_thrown_away(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    autosave(client, key)
    assert send(client, f"/knowledge/drafts/{key}/removal/", {}).status_code == 302
    assert WorkingDraft.objects.count() == 0


def add_picture(client, key, **changes):
    data = form(draft=str(key), picture=picture(), alt="A bike", section="setback") | changes
    return send(client, f"/knowledge/drafts/{key}/images/", data)


def test_a_picture_joins_the_draft_and_then_the_article(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    answer = add_picture(client, key)
    assert (
        answer.headers["Location"] == f"/knowledge/new/?kind=experience&draft={key}&kept#pictures"
    )
    stored = StoredFile.objects.get()
    assert stored.audience == [f"user:{cast.bob.pk}"]
    text = WorkingDraft.objects.get().data["setback"][0]
    assert text == f"Hills in rain.\n\n![A bike]({stored.get_absolute_url()})\n"
    assert sign_in(None).get(stored.get_absolute_url()).status_code == 404

    send(sign_in(cast.bob), "/knowledge/new/", form(draft=str(key), setback=text))

    article = Article.objects.get()
    stored.refresh_from_db()
    assert stored.audience == ["public"]
    assert Attachment.objects.get().article == article
    html = sign_in(None).get(article.get_absolute_url()).text
    assert f'<img src="{stored.get_absolute_url()}" alt="A bike" width="40" height="30"' in html
    served = sign_in(None).get(stored.get_absolute_url())
    assert (served.status_code, served.headers["Content-Type"]) == (200, "image/webp")


def test_pictures_of_others_do_not_show(cast, sign_in):
    client, key = sign_in(cast.bob), uuid4()
    add_picture(client, key)
    address = StoredFile.objects.get().get_absolute_url()
    article = experience(cast, by=cast.alice, fields={"tried": f"![x]({address})"})
    assert f'src="{address}"' not in sign_in(None).get(article.get_absolute_url()).text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"alt": ""}, "alt", "Say in a few words what the picture shows."),
        ({"picture": ""}, "picture", "Choose a picture first."),
        (
            {"section": "title"},
            "section",
            "Select a valid choice. title is not one of the available choices.",
        ),
    ],
)
def test_a_refused_picture_costs_no_word(cast, sign_in, changes, field, message):
    client, key = sign_in(cast.bob), uuid4()
    answer = add_picture(client, key, tried="Words typed before", **changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [message]
    assert "Words typed before" in answer.text
    assert (StoredFile.objects.count(), WorkingDraft.objects.count()) == (0, 0)


def test_at_most_twenty_pictures(cast, sign_in, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_PICTURES", 1)
    client, key = sign_in(cast.bob), uuid4()
    add_picture(client, key)
    answer = add_picture(client, key)
    assert answer.context["form"].errors["picture"] == ["A text takes at most 20 pictures."]
    assert StoredFile.objects.count() == 1
