import pytest

from hub.compare import sides
from knowledge.actions import articles
from knowledge.merging import merge
from knowledge.models import Revision, WorkingDraft
from tests.knowledge.making import entry, experience, form, send


def again(cast, article, **changes):
    article.refresh_from_db()
    return articles.revise(
        by=cast.alice,
        article=article,
        entry=entry(cast, **changes),
        base=article.newest_number,
        publish=True,
    )


def marked(before: str, after: str) -> list[tuple[str, str]]:
    return [(part["op"], part["text"]) for part in sides(before, after)]


def test_a_version_keeps_its_words_and_its_address(cast, sign_in):
    article = experience(cast, fields={"tried": "Two machines."})
    again(cast, article, title="New title", fields={"tried": "Three machines."})
    client = sign_in(None)

    old = client.get(f"/knowledge/{article.slug}/v/1/").text
    assert "Two machines." in old
    assert "Three machines." not in old
    assert "Electric excavators on Brunnshög" in old
    assert "Three machines." in client.get(article.get_absolute_url()).text
    assert client.get(f"/knowledge/{article.slug}/v/3/").status_code == 404


def test_the_list_names_who_changed_what(cast, sign_in):
    article = experience(cast)
    again(cast, article, change="A third machine")
    page = sign_in(None).get(f"/knowledge/{article.slug}/versions/").text
    assert "A third machine" in page
    assert "Alice" in page


def test_two_versions_are_compared_word_by_word(cast, sign_in):
    article = experience(cast, fields={"tried": "We rented two machines."})
    again(cast, article, fields={"tried": "We bought two machines."})
    page = sign_in(None).get(f"/knowledge/{article.slug}/compare/?from=1&to=2").text
    assert "rented" in page[page.index("<del>") : page.index("</del>")]
    assert "bought" in page[page.index("<ins>") : page.index("</ins>")]


@pytest.mark.parametrize(
    "query", ["?from=x", "?from=0", "?to=99", "?from=-1", f"?to={'9' * 40}", "?from=²"]
)
def test_versions_that_do_not_exist(cast, sign_in, query):
    article = experience(cast)
    assert sign_in(None).get(f"/knowledge/{article.slug}/compare/{query}").status_code == 404


def test_words_are_marked_in_reading_order():
    assert marked("a b c", "a x c") == [
        ("equal", "a "),
        ("delete", "b "),
        ("insert", "x "),
        ("equal", "c"),
    ]
    assert marked("", "new") == [("insert", "new")]
    assert marked("old", "") == [("delete", "old")]
    assert marked("same", "same") == [("equal", "same")]
    assert marked("", "") == []


def test_both_texts_can_be_read_back_from_a_comparison():
    before = "Åtta veckor på Brunnshög.\n\nTvå maskiner 😀 och en till.\n" * 40
    after = before.replace("Två", "Tre").replace("en till", "ingen") + "Slut."
    parts = sides(before, after)
    assert "".join(p["text"] for p in parts if p["op"] != "insert") == before
    assert "".join(p["text"] for p in parts if p["op"] != "delete") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 50_000, "b " * 50_000),
        ("a\n" * 50_000, "b\n" * 50_000),
        ("x" * 1_000_000, "y" * 1_000_000),
    ],
)
def test_long_comparisons_stay_bounded(before, after):
    parts = sides(before, after)
    assert "".join(p["text"] for p in parts if p["op"] != "insert") == before


def test_an_edit_from_an_old_version_is_refused_with_both_texts(cast, sign_in):
    article = experience(cast, fields={"tried": "Two machines.", "setback": "Cables."})
    again(cast, article, fields={"tried": "Three machines.", "setback": "Cables."})
    data = form(base="1", title=article.title, tried="Four machines.", setback="Cables.")
    client = sign_in(cast.bob)

    response = send(client, f"/knowledge/{article.slug}/edit/", data)

    assert response.headers["Location"] == f"/knowledge/{article.slug}/edit/"
    article.refresh_from_db()
    assert (article.live.number, article.live.fields["tried"]) == (2, "Three machines.")
    assert WorkingDraft.objects.get().data["tried"] == ["Four machines."]
    page = client.get(response.headers["Location"])
    ((label, pair),) = page.context["conflict"]["differences"]
    assert str(label) == "What we tried"
    assert [p["text"] for p in pair.theirs if p["op"] == "insert"] == ["Three "]
    assert [p["text"] for p in pair.mine if p["op"] == "insert"] == ["Four "]
    assert "Alice saved version 2 while you were writing" in page.text
    assert page.context["base"] == 2


def test_after_the_refusal_the_merged_text_can_be_saved(cast, sign_in):
    article = experience(cast, fields={"tried": "Two machines.", "setback": "Cables."})
    again(cast, article, fields={"tried": "Two machines.", "setback": "Short cables."})
    data = form(base="1", title=article.title, tried="Four machines.", setback="Cables.")
    client, path = sign_in(cast.bob), f"/knowledge/{article.slug}/edit/"
    send(client, path, data)

    opened = client.get(path).context
    assert opened["form"].initial["setback"] == "Short cables."
    assert opened["form"].initial["tried"] == "Four machines."
    send(client, path, data | {"base": str(opened["base"]), "setback": "Short cables."})

    article.refresh_from_db()
    assert article.live.fields == {"tried": "Four machines.", "setback": "Short cables."}
    assert (article.live.number, WorkingDraft.objects.count(), Revision.objects.count()) == (
        3,
        0,
        3,
    )


@pytest.mark.parametrize("base", ["", "x", "-1", "9" * 12])
def test_a_form_without_its_version_is_refused(cast, sign_in, base):
    article = experience(cast)
    response = send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", form(base=base))
    assert response.status_code == 400
    assert Revision.objects.count() == 1


def test_a_version_from_the_future_is_no_version(cast, sign_in):
    article = experience(cast)
    send(sign_in(cast.bob), f"/knowledge/{article.slug}/edit/", form(base="7"))
    assert Revision.objects.count() == 1


def test_merging_takes_over_what_only_the_other_changed():
    base = {"title": "A", "tried": "x", "domains": ["energy"]}
    theirs = {"title": "B", "tried": "y", "domains": ["energy", "waste"]}
    mine = {"title": "A", "tried": "z", "domains": ["energy"], "call": False}
    merged, clashes = merge(base, theirs, mine)
    assert merged == {"title": "B", "tried": "z", "domains": ["energy", "waste"], "call": False}
    assert clashes == ["tried"]


def test_a_draft_keeps_versions_too_and_publishes_the_newest(cast, sign_in):
    article = experience(cast, publish=False, fields={"tried": "One."})
    path = f"/knowledge/{article.slug}/edit/"
    send(sign_in(cast.bob), path, form(base="1", action="save", tried="Two."))
    article.refresh_from_db()
    assert (article.state, article.live, article.newest_number) == ("draft", None, 2)
    send(sign_in(cast.bob), path, form(base="2", tried="Three."))
    article.refresh_from_db()
    assert (article.state, article.live.number, article.live.fields["tried"]) == (
        "published",
        3,
        "Three.",
    )
