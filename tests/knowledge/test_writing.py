import pytest
from django.urls import reverse

from hub.models import Event, SearchDocument
from knowledge.models import Article, Revision, WorkingDraft
from tests.knowledge.making import case_note, domain, experience, form, send

NEW = "/knowledge/new/"


def test_staff_publishes_an_experience_at_once(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, form())

    article = Article.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, article.get_absolute_url())
    assert (article.slug, article.state, article.live.number, article.audience) == (
        "cargo-bikes-for-the-home-care",
        "published",
        1,
        ["public"],
    )
    assert (article.teaser, article.setback) == ("Ten bikes for a year.", "Hills in rain.")
    assert article.live.html["tried"].strip() == "<p>Ten bikes for a year.</p>"
    assert [a.author for a in article.authorships.all()] == [cast.bob]
    document = SearchDocument.objects.get(pk=article.subject)
    assert (document.kind, document.language, document.audience) == ("article", "en", ["public"])
    assert f"city:{cast.lund.pk}" in document.facets
    assert "domain:mobility" in document.facets
    event = Event.objects.get(verb="article.published")
    assert (event.actor, event.audience) == (cast.bob, ["public"])
    assert event.subjects == sorted([article.subject, cast.lund.subject])


def test_a_draft_is_seen_by_its_authors_and_city_only(cast, sign_in):
    article = experience(cast, publish=False, by=cast.bob)

    assert SearchDocument.objects.filter(pk=article.subject).count() == 0
    assert Event.objects.count() == 0
    seen = {
        role: sign_in(user).get(article.get_absolute_url()).status_code
        for role, user in cast.by_role().items()
    }
    assert seen == {
        "visitor": 404,
        "lead": 200,
        "staff": 200,
        "coordinator": 200,
        "researcher": 404,
        "foreign": 404,
        "admin": 404,
    }


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "This field is required."),
        (
            {"title": "x" * 161},
            "title",
            "Ensure this value has at most 160 characters (it has 161).",
        ),
        ({"tried": ""}, "tried", "This field is required."),
        (
            {"tried": "x" * 20_001},
            "tried",
            "Ensure this value has at most 20000 characters (it has 20001).",
        ),
        ({"domains": []}, "domains", "This field is required."),
        (
            {"domains": ["magic"]},
            "domains",
            "Select a valid choice. magic is not one of the available choices.",
        ),
        (
            {"city": "leuven"},
            "city",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ({"visibility": "programme"}, "programme", "Choose the programme that may read it."),
        ({"visibility": "group"}, "group", "Choose the twin group that may read it."),
        (
            {"language": "xx"},
            "language",
            "Select a valid choice. xx is not one of the available choices.",
        ),
        (
            {"stage": "done"},
            "stage",
            "Select a valid choice. done is not one of the available choices.",
        ),
    ],
)
def test_bad_input_is_said_beside_the_field_and_kept(cast, sign_in, changes, field, message):
    response = send(sign_in(cast.bob), NEW, form(**changes))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}
    assert "Hills in rain." in response.text
    assert Article.objects.count() == 0


def test_a_text_of_five_megabytes_is_refused_with_a_sentence(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, form(tried="ä" * 2_500_000))

    assert response.status_code == 422
    assert response.context["form"].errors["tried"] == [
        "Ensure this value has at most 20000 characters (it has 2500000)."
    ]


def test_nul_is_refused(cast, sign_in):
    assert send(sign_in(cast.bob), NEW, form(tried="a\x00b")).status_code == 400
    assert Article.objects.count() == 0


def test_hidden_directions_and_control_characters_leave_the_title(cast, sign_in):
    send(sign_in(cast.bob), NEW, form(title=" Bikes\u202e\x07 in\tLund ", tried="a\x08b\x0b c"))

    article = Article.objects.get()
    assert article.title == "Bikes in Lund"
    assert article.live.fields["tried"] == "ab c"


def test_the_same_form_sent_twice_is_one_article(cast, sign_in):
    client, data = sign_in(cast.bob), form()

    first, second = client.post(NEW, data), client.post(NEW, data)

    assert first.headers["Location"] == second.headers["Location"]
    assert Article.objects.count() == 1


def test_published_from_two_windows_is_one_article_and_a_waiting_edit(cast, sign_in):
    client, data = sign_in(cast.bob), form()
    send(client, NEW, data)

    again = send(client, NEW, data | {"tried": "Other words."})

    article = Article.objects.get()
    assert again.headers["Location"] == reverse("article-edit", args=[article.slug])
    assert WorkingDraft.objects.get().data["tried"] == ["Other words."]


def test_preview_without_javascript_writes_nothing(cast, sign_in):
    response = send(sign_in(cast.bob), NEW, form(action="preview", tried="**bold**"))

    assert response.status_code == 200
    assert "<strong>bold</strong>" in response.text
    assert (Article.objects.count(), WorkingDraft.objects.count()) == (0, 0)


def test_enter_in_a_field_publishes_nothing(cast, sign_in):
    data = form()
    del data["action"]
    assert send(sign_in(cast.bob), NEW, data).status_code == 200
    assert Article.objects.count() == 0


def test_preview_by_htmx_answers_a_part(cast, sign_in):
    response = send(
        sign_in(cast.bob), "/knowledge/preview/", form(tried="- a\n- b"), HX_Request="true"
    )

    assert response.status_code == 200
    assert "<li>a</li>" in response.text
    assert "<html" not in response.text
    assert send(sign_in(cast.rita), "/knowledge/preview/", form()).status_code == 403


def test_who_may_write_what(cast, sign_in):
    asked = {
        (role, kind): sign_in(user).get(f"{NEW}?kind={kind}").status_code
        for role, user in cast.by_role().items()
        for kind in ("experience", "case-note")
    }
    may = {key for key, status in asked.items() if status == 200}
    assert may == {
        (role, kind)
        for role in ("lead", "staff", "foreign")
        for kind in ("experience", "case-note")
    } | {("coordinator", "case-note")}
    assert {asked["visitor", "experience"], asked["researcher", "case-note"]} == {302, 403}


def test_a_coordinator_writes_a_case_note_without_a_city(cast, sign_in):
    data = form(kind="case-note", summary="In short.", results="Diesel | litres | 9 | 1 | log")
    data |= {"city": "", "domains": []}
    response = send(sign_in(cast.carol), f"{NEW}?kind=case-note", data)

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.kind, article.city, article.teaser) == ("case-note", None, "In short.")
    page = sign_in(None).get(article.get_absolute_url()).text
    assert "<td>Diesel</td>" in page


def test_results_with_too_many_parts_name_the_line(cast, sign_in):
    data = form(kind="case-note", summary="In short.", results="a | b\n1|2|3|4|5|6")
    response = send(sign_in(cast.carol), f"{NEW}?kind=case-note", data)

    assert response.status_code == 422
    assert response.context["form"].errors["results"] == [
        "Result 2 has 6 parts; at most five belong on a line: indicator | unit | before | after | source."
    ]


def test_edit_makes_a_version_that_is_live_at_once(cast, sign_in):
    article = experience(cast)
    data = form(base="1", title="Better title", tried="Three machines.", change="A third one")
    response = send(sign_in(cast.alice), f"/knowledge/{article.slug}/edit/", data)

    assert response.headers["Location"] == article.get_absolute_url()
    article.refresh_from_db()
    assert (article.title, article.live.number, article.live.change) == (
        "Better title",
        2,
        "A third one",
    )
    assert article.live.made_by == cast.alice
    assert Revision.objects.get(number=1).title == "Electric excavators on Brunnshög"
    assert SearchDocument.objects.get(pk=article.subject).title == "Better title"
    assert Event.objects.get(verb="article.revised").direct == [cast.bob.pk]


def test_the_edit_form_opens_with_what_stands(cast, sign_in):
    article = case_note(cast, fields={"summary": "Short.", "call": True, "stage": "running"})
    page = sign_in(cast.carol).get(f"/knowledge/{article.slug}/edit/")

    initial = page.context["form"].initial
    assert (initial["summary"], initial["call"], initial["city"], initial["domains"]) == (
        "Short.",
        True,
        "lund",
        ["mobility"],
    )


def test_foreign_staff_cannot_edit(cast, sign_in):
    article = experience(cast)
    for user in (cast.mallory, cast.rita):
        client = sign_in(user)
        assert client.get(f"/knowledge/{article.slug}/edit/").status_code == 403
        assert send(client, f"/knowledge/{article.slug}/edit/", form(base="1")).status_code == 403
    assert Revision.objects.count() == 1


def test_visibility_narrowed_takes_events_and_search_along(cast, sign_in):
    article = experience(cast)
    data = form(base="1", visibility="programme", programme="learning-hub-syd")
    send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", data)

    article.refresh_from_db()
    key = f"programme:{cast.syd.pk}"
    assert key in article.audience
    assert "public" not in article.audience
    assert {tuple(e.audience) for e in Event.objects.about(article.subject)} == {
        tuple(article.audience)
    }
    assert SearchDocument.objects.get(pk=article.subject).audience == article.audience
    assert sign_in(None).get(article.get_absolute_url()).status_code == 404
    assert sign_in(cast.mallory).get(article.get_absolute_url()).status_code == 404
    assert sign_in(cast.rita).get(article.get_absolute_url()).status_code == 200


def test_coauthors_are_colleagues_and_can_edit(cast, sign_in):
    data = form(coauthors=[cast.alice.pk])
    assert send(sign_in(cast.bob), NEW, data).status_code == 302
    article = Article.objects.get()
    assert [a.author for a in article.authorships.all()] == [cast.bob, cast.alice]

    stranger = form(coauthors=[cast.mallory.pk])
    refused = send(sign_in(cast.bob), NEW, stranger)
    assert "coauthors" in refused.context["form"].errors


def test_archive_and_return(cast, sign_in):
    article = experience(cast)
    client = sign_in(cast.bob)
    path = f"/knowledge/{article.slug}/archiving/"
    assert send(client, path, {"reason": ""}).status_code == 422
    send(client, path, {"reason": "Replaced by the evaluation"})

    article.refresh_from_db()
    assert (article.state, article.archived_by) == ("archived", cast.bob)
    assert SearchDocument.objects.filter(pk=article.subject).count() == 0
    assert article.title not in client.get("/knowledge/").text
    assert "Replaced by the evaluation" in sign_in(None).get(article.get_absolute_url()).text

    send(sign_in(cast.bob), f"/knowledge/{article.slug}/return/", {})
    article.refresh_from_db()
    assert (article.state, article.archived_by, article.archive_reason) == ("published", None, "")
    assert SearchDocument.objects.filter(pk=article.subject).count() == 1


def test_slugs_keep_foreign_letters_and_never_collide(cast):
    first = experience(cast, title="Värme från Öresund – København")
    second = experience(cast, title="Värme från Öresund – København")
    third = experience(cast, title="New")
    assert [a.slug for a in (first, second, third)] == [
        "varme-fran-oresund-kobenhavn",
        "varme-fran-oresund-kobenhavn-2",
        "new-2",
    ]


def test_extra_fields_change_nothing(cast, sign_in):
    domain("energy")
    data = form(
        owner=cast.mallory.pk,
        state="archived",
        is_sample="on",
        slug="mine",
        published_by=cast.ada.pk,
    )
    send(sign_in(cast.bob), NEW, data)
    article = Article.objects.get()
    assert (article.owner, article.state, article.is_sample, article.published_by) == (
        cast.bob,
        "published",
        False,
        cast.bob,
    )
