"""Notes on passages: made, kept through edits, resolved, detached, never lost."""

import html
import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from hub import markdown
from hub.models import Event
from knowledge.actions import annotations, articles, comments
from knowledge.anchoring import Place
from knowledge.models import Comment, Passage
from knowledge.passages import Mark, Section
from knowledge.sample_texts import TEXTS
from tests.harness.counting import questions
from tests.knowledge.making import entry, experience, send

TRIED = (
    "We rented **two [electric](https://example.org/) machines** for the winter.\n\n"
    "The crew charged them at night, which took longer than the supplier had said.\n\n"
    "- Residents slept better\n- The price was a tenth higher\n"
)
FIELDS = {"tried": TRIED, "setback": "Nobody had asked the grid company."}


@pytest.fixture
def article(cast):
    return experience(cast, fields=FIELDS)


def path(article, rest: str) -> str:
    return f"/knowledge/{article.slug}/notes/{rest}"


def annotate(
    article, by, quote: str, body: str = "Why?", section: str = "tried", **more
) -> Comment:
    article.refresh_from_db()
    start = annotations.text_of(article.live, section).index(quote)
    return annotations.annotate(
        by=by, article=article, revision=article.live, section=section,
        place=Place(start, start + len(quote)), body=body, **more,
    )  # fmt: skip


def revise(article, cast, **fields) -> None:
    article.refresh_from_db()
    made = entry(cast, fields=FIELDS | fields)
    articles.revise(
        by=cast.bob, article=article, entry=made, base=article.newest_number, publish=True
    )


def marked(page: str, note: Comment) -> str:
    """The words that are marked for a note, from its first mark to its number."""
    number = page.index(f'href="#comment-{note.pk}"')
    piece = page[page.index(f'id="passage-{note.pk}"') : page.rindex("<sup", 0, number)]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", piece.partition(">")[2])).split())


# Writing


def test_a_paragraph_is_annotated_without_a_script(cast, sign_in, article):
    client = sign_in(cast.rita)
    page = client.get(article.get_absolute_url()).text
    links = [
        html.unescape(link) for link in re.findall(r'class="passage-add" href="([^"]*)"', page)
    ]
    links = links or [html.unescape(x) for x in re.findall(r'href="([^"]*paragraph=\d+)"', page)]
    assert len(links) == 5
    form = client.get(links[1]).text
    assert "The crew charged them at night, which took longer" in form
    answer = send(client, links[1], {"quote": "which took  longer\nthan", "body": "How *much*?"})

    said = Comment.objects.get()
    assert answer.headers["Location"] == f"{article.get_absolute_url()}#comment-{said.pk}"
    assert (said.author, said.quote, said.revision) == (
        cast.rita,
        "which took longer than",
        article.live,
    )
    page = sign_in(None).get(article.get_absolute_url()).text
    assert marked(page, said) == "which took longer than"
    assert "How <em>much</em>?" in page


def test_a_selection_may_run_over_paragraphs_and_markup(cast, sign_in, article):
    text = annotations.text_of(article.live, "tried")
    quote = "two electric machines for the winter. The crew"
    start = text.index(quote)
    query = f"new/?version=1&section=tried&start={start}&end={start + len(quote)}"
    answer = send(sign_in(cast.rita), path(article, query), {"quote": quote, "body": "Which?"})
    assert answer.status_code == 302
    page = sign_in(None).get(article.get_absolute_url()).text
    assert marked(page, Comment.objects.get()) == quote


@pytest.mark.parametrize(
    ("quote", "body", "field", "message"),
    [
        ("We bought", "Why?", "quote", "The text does not say this."),
        ("t", "Why?", "quote", "The text says this more than once."),
        (" ", "Why?", "quote", "Leave the words that your note is about."),
        ("x" * 601, "Why?", "quote", "Ensure this value has at most 600"),
        ("We rented", " ", "body", "Write something first."),
        ("We rented", "x" * 5001, "body", "Ensure this value has at most 5000"),
    ],
)
def test_bad_notes_are_refused_and_kept(cast, sign_in, article, quote, body, field, message):
    answer = send(
        sign_in(cast.rita),
        path(article, "new/?version=1&section=tried&paragraph=1"),
        {"quote": quote, "body": body},
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(message)
    assert html.escape(body.strip()[:50]) in answer.text
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "version=1&section=tried",
        "version=2&section=tried&paragraph=1",
        "version=1&section=stage&paragraph=1",
        "version=1&section=nonsense&paragraph=1",
        "version=1&section=happened&paragraph=1",
        "version=1&section=tried&paragraph=99",
        "version=1&section=tried&paragraph=0",
        "version=1&section=tried&start=900&end=999",
        "version=1&section=tried&start=9&end=9",
        "version=1e9&section=tried&start=x&end=%00",
    ],
)
def test_a_passage_that_is_not_there(cast, sign_in, article, query):
    answer = sign_in(cast.rita).get(path(article, f"new/?{query}"))
    assert answer.status_code in (400, 404)


def test_a_long_paragraph_is_offered_up_to_a_whole_sentence(cast, sign_in):
    article = experience(cast, fields={"tried": "A sentence of seven words stands here. " * 40})
    client = sign_in(cast.rita)
    address = path(article, "new/?version=1&section=tried&paragraph=1")
    quote = client.get(address).context["form"].initial["quote"]
    assert (len(quote) <= 600, quote.endswith("here.")) == (True, True)
    assert send(client, address, {"quote": quote, "body": "All?"}).status_code == 302
    assert Passage.objects.get().start == 0


def test_sent_twice_it_stands_once(cast, sign_in, article):
    data = {"quote": "We rented", "body": "Once.", "_key": uuid4().hex}
    client = sign_in(cast.rita)
    address = path(article, "new/?version=1&section=tried&paragraph=1")
    assert len({client.post(address, data).headers["Location"] for _ in range(3)}) == 1
    assert Comment.objects.count() == Passage.objects.count() == 1


def test_who_may_not_comment_sees_notes_and_writes_none(cast, sign_in, article, django_user_model):
    note = annotate(article, cast.rita, "Residents slept better")
    stranger = django_user_model.objects.create(email="new@example.org", name="New", language="en")
    client = sign_in(stranger)
    address = path(article, "new/?version=1&section=tried&paragraph=1")
    assert client.get(address).status_code == 403
    assert send(client, address, {"quote": "We rented", "body": "x"}).status_code == 403
    assert send(client, path(article, f"{note.pk}/resolution/"), {}).status_code == 403
    page = client.get(article.get_absolute_url()).text
    assert marked(page, note) == "Residents slept better"
    assert "passage-add" not in page
    assert "data-passage" not in page


def test_the_authors_hear_of_it_and_answers_reach_the_thread(cast, sign_in, article):
    note = annotate(article, cast.rita, "Residents slept better", "All of them?")
    told = Event.objects.get(verb="article.noted")
    assert (told.direct, told.text, told.audience) == ([cast.bob.pk], "All of them?", ["public"])
    assert "Residents slept" not in told.text
    send(
        sign_in(cast.mallory),
        f"/knowledge/{article.slug}/comments/",
        {"body": "Most.", "answer": note.pk},
    )
    told = Event.objects.get(verb="article.answered")
    assert told.direct == sorted([cast.bob.pk, cast.rita.pk])
    page = sign_in(cast.rita).get(path(article, f"{note.pk}/")).text
    assert "Most." in page
    assert "Residents slept better" in page


# Edits


def test_an_edit_carries_notes_and_detaches_what_has_gone(cast, sign_in, article):
    kept = annotate(article, cast.rita, "which took longer than the supplier had said")
    moved = annotate(article, cast.mallory, "Residents slept better")
    gone = annotate(article, cast.rita, "Nobody had asked the grid company", section="setback")
    new = (
        "- Residents slept better\n\nA new beginning, longer than the old one was.\n\n"
        + TRIED.replace("- Residents slept better\n", "").replace(
            "longer than the", "longer than our"
        )
    )
    revise(article, cast, tried=new, setback="We asked too late.")

    page = sign_in(None).get(article.get_absolute_url()).text
    assert marked(page, kept) == "which took longer than our supplier had said"
    assert marked(page, moved) == "Residents slept better"
    assert f'id="passage-{gone.pk}"' not in page
    detached = page[page.index('id="detached"') :]
    assert "Nobody had asked the grid company" in detached
    assert "Stood in version 1." in detached
    assert f"/knowledge/{article.slug}/compare/?from=1" in detached
    assert f'id="comment-{gone.pk}"' in detached
    assert f'id="comment-{kept.pk}"' not in detached


def test_a_detached_note_comes_back_with_its_passage(cast, sign_in, article):
    note = annotate(article, cast.rita, "Residents slept better")
    revise(article, cast, tried="Something quite different stands here now.")
    revise(article, cast, tried="And here something else again, of other words.")
    passage = Passage.objects.get()
    assert (passage.is_detached, passage.revision.number) == (True, 1)
    revise(article, cast, tried=TRIED + "\nAnd one more paragraph.")
    passage.refresh_from_db()
    assert (passage.is_detached, passage.revision.number) == (False, 4)
    page = sign_in(None).get(article.get_absolute_url()).text
    assert marked(page, note) == "Residents slept better"
    assert 'id="detached"' not in page


def test_a_section_that_goes_away_detaches_its_notes(cast, sign_in, article):
    annotate(article, cast.rita, "Nobody had asked", section="setback")
    revise(article, cast, setback="")
    assert Passage.objects.get().is_detached
    page = sign_in(None).get(article.get_absolute_url()).text
    assert "Nobody had asked" in page[page.index('id="detached"') :]


def test_gradual_rewording_is_followed_until_nothing_is_left_of_the_quote(cast, article):
    words = [
        "the",
        "crew",
        "charged",
        "both",
        "machines",
        "each",
        "night",
        "between",
        "ten",
        "and",
        "six",
        "in",
        "the",
        "yard",
    ]
    before, after = "Well before this the plan was clear.", "Much later the price was known."
    revise(article, cast, tried=f"{before} {' '.join(words)}. {after}")
    annotate(article, cast.rita, " ".join(words))
    states = []
    for number in range(0, 14, 2):
        words[number : number + 2] = [f"new{number}", f"word{number}"]
        revise(article, cast, tried=f"{before} {' '.join(words)}. {after}")
        states.append(Passage.objects.get().is_detached)
    assert states[:2] == [False, False]
    assert states[-1] is True


def test_an_edit_while_somebody_writes_a_note(cast, sign_in, article):
    client = sign_in(cast.rita)
    address = path(article, "new/?version=1&section=tried&paragraph=2")
    assert client.get(address).status_code == 200
    revise(article, cast, tried=f"A paragraph before all others.\n\n{TRIED}")
    send(client, address, {"quote": "The crew charged them at night", "body": "Who paid?"})
    passage = Passage.objects.get()
    assert (passage.revision.number, passage.is_detached) == (2, False)
    assert marked(client.get(article.get_absolute_url()).text, passage.comment) == passage.exact

    revise(article, cast, tried="Nothing of it is left here.")
    address = path(article, "new/?version=2&section=tried&paragraph=1")
    data = {"quote": "A paragraph before all others.", "body": "Typed with care."}
    answer = send(client, address, data)
    assert answer.status_code == 422
    assert "version 3 stands now" in answer.text
    assert "Typed with care." in answer.text
    assert Comment.objects.count() == 1
    comments_page = f"/knowledge/{article.slug}/comments/"
    assert f'formaction="{comments_page}"' in answer.text
    assert send(client, comments_page, data).status_code == 302
    assert Comment.objects.latest("pk").quote == "A paragraph before all others."


def test_an_older_renderer_s_words_do_not_mislead(cast, article):
    note = annotate(article, cast.rita, "Residents slept better")
    Passage.objects.update(start=0)
    revise(article, cast, tried=TRIED + "\nOne more.")
    note.passage.refresh_from_db()
    assert note.passage.exact == "Residents slept better"
    assert not note.passage.is_detached


# On the page


def test_passages_may_overlap_and_no_word_is_changed(cast, sign_in, article):
    before = sign_in(None).get(article.get_absolute_url()).text
    for quote in ("two electric machines", "machines for the winter. The crew", "electric"):
        annotate(article, cast.rita, quote)
    page = sign_in(None).get(article.get_absolute_url()).text
    for note in Comment.objects.all():
        assert note.quote in re.sub(r"\s?\d\s?", "", marked(page, note)) or marked(page, note)

    def prose(text: str) -> str:
        text = text[text.index('id="tried"') : text.index('id="setback"')]
        text = re.sub(r"<sup.*?</sup>", "", text)
        return re.sub(r"</?mark[^>]*>", "", text.partition('<div class="notes">')[0])

    assert prose(page).partition("</section>")[0] == prose(before).partition("</section>")[0]


def test_a_resolved_note_is_folded_and_can_be_opened_again(cast, sign_in, article):
    note = annotate(article, cast.rita, "Residents slept better", "All?")
    comments.add(by=cast.mallory, article=article, body="Most.", answers=note)
    address = path(article, f"{note.pk}/resolution/")
    assert send(sign_in(cast.mallory), address, {"state": "resolved"}).status_code == 403
    send(sign_in(cast.bob), address, {"state": "resolved"})

    note.passage.refresh_from_db()
    assert note.passage.resolved_by == cast.bob
    told = Event.objects.get(verb="article.note-resolved")
    assert told.direct == sorted([cast.rita.pk, cast.mallory.pk])
    page = sign_in(None).get(article.get_absolute_url()).text
    assert f'id="passage-{note.pk}"' not in page
    assert "Resolved by Bob" in page[page.index('<details class="resolved">') :] or "All?" in page
    send(sign_in(cast.rita), address, {"state": "open"})
    send(sign_in(cast.rita), address, {"state": "open"})
    assert Event.objects.filter(verb="article.note-reopened").count() == 1
    page = sign_in(None).get(article.get_absolute_url()).text
    assert marked(page, note) == "Residents slept better"


def test_a_removed_note_takes_its_mark_and_quote_away_and_leaves_its_answers(
    cast, sign_in, article
):
    note = annotate(article, cast.mallory, "Residents slept better", "Qwertyuiop")
    comments.add(by=cast.bob, article=article, body="An answer", answers=note)
    lone = annotate(article, cast.mallory, "The price was", "Asdfghjkl")
    for comment in (note, lone):
        comments.remove(by=cast.carol, comment=comment, reason="Not about the text")
    client = sign_in(cast.rita)
    page = client.get(article.get_absolute_url()).text
    assert "<mark" not in page
    assert "blockquote" not in page
    assert "Qwertyuiop" not in page
    assert "An answer" in page
    assert client.get(path(article, f"{note.pk}/")).status_code == 200
    assert client.get(path(article, f"{lone.pk}/")).status_code == 404
    assert send(client, path(article, f"{note.pk}/resolution/"), {}).status_code == 403
    assert Passage.objects.visible_to(cast.rita).count() == 0


def test_a_private_article_s_notes_are_nobody_else_s(cast, sign_in):
    article = experience(cast, fields=FIELDS, visibility="private")
    note = annotate(article, cast.bob, "Residents slept better")
    client = sign_in(cast.mallory)
    for rest in ("new/?version=1&section=tried&paragraph=1", f"{note.pk}/"):
        assert client.get(path(article, rest)).status_code == 404
    assert send(client, path(article, f"{note.pk}/resolution/"), {}).status_code == 404
    assert list(Passage.objects.visible_to(cast.mallory)) == []
    assert list(Passage.objects.visible_to(cast.bob)) == [note.passage]


def test_ids_of_another_article_do_not_fit(cast, sign_in, article):
    other = experience(cast, fields=FIELDS)
    note = annotate(other, cast.rita, "We rented")
    plain = comments.add(by=cast.rita, article=article, body="No note")
    client = sign_in(cast.rita)
    for pk in (note.pk, plain.pk):
        assert client.get(path(article, f"{pk}/")).status_code == 404
        assert send(client, path(article, f"{pk}/resolution/"), {}).status_code == 404


def test_notes_stand_beside_the_text_and_not_among_the_comments(cast, sign_in, article):
    annotate(article, cast.rita, "We rented", "A note on it")
    comments.add(by=cast.rita, article=article, body="A comment on all")
    response = sign_in(None).get(article.get_absolute_url())
    assert [r.body for r in response.context["remarks"]] == ["A comment on all"]
    thread = sign_in(None).get(f"/knowledge/{article.slug}/comments/").text
    assert "A note on it" not in thread


def test_thirty_notes_ask_as_often_as_one(cast, sign_in, article):
    client = sign_in(cast.rita)
    annotate(article, cast.rita, "We rented")
    few, _page = questions(client, article.get_absolute_url())
    for number in range(29):
        note = annotate(article, cast.mallory, "two electric machines", f"Number {number}")
        comments.add(by=cast.bob, article=article, body="Yes.", answers=note)
    many, page = questions(client, article.get_absolute_url())
    assert "Number 28" in page.text
    assert len(many) == len(few), "\n".join(many)


# Marks


def test_reading_a_section_changes_nothing():
    for sample in TEXTS:
        for value in filter(lambda v: isinstance(v, str), sample.fields.values()):
            made = markdown.render(value)
            section = Section(made)
            assert section.marked([]) == made
            assert section.text == markdown.plain(made)


def test_every_stretch_of_a_hostile_text_can_be_marked():
    made = markdown.render(
        'A <script>alert(1)</script> &lt;b&gt; **bo[ld](https://x.y "t")** `<i>`\n\n'
        "> q\n>\n> 1. one\n>    - two\n\n| a & b | c |\n|:-:|--|\n| d | *e* |\n\n    pre <p>\n\n***"
    )
    section = Section(made)
    size = len(section.text)
    plain = re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", made)))
    for start in range(0, size, 3):
        for end in range(start + 1, size + 1, 7):
            out = section.marked([Mark(Place(start, end), "passage-1")])
            assert "<script" not in out
            assert re.sub(r"</?mark[^>]*>", "", out) == made
            assert out.count("<mark") == out.count("</mark>")
            inside = "".join(re.findall(r"<mark[^>]*>([^<]*)</mark>", out))
            assert "".join(html.unescape(inside).split()) == section.text[start:end].replace(
                " ", ""
            )
            assert re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", out))) == plain


def test_marks_cannot_bring_anything_in():
    section = Section(markdown.render("Some words."))
    evil = (
        '<sup class="x"><a href="javascript:alert(1)" onclick="a()">1</a></sup><script>1</script>'
    )
    out = section.marked([Mark(Place(0, 4), '"><script>1</script>', evil)])
    assert "script" not in re.sub(r"&[^;]*;|id=\"[^\"]*\"", "", out)
    assert "onclick" not in out


# The database


def break_it(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("exact = ''", "passage_has_words"),
        ("section = ''", "passage_has_words"),
        ("resolved_at = now()", "passage_resolved_at_with_by"),
    ],
)
def test_a_broken_passage_is_refused(cast, article, change, name):
    annotate(article, cast.rita, "We rented")
    with pytest.raises(IntegrityError, match=name):
        break_it(f"UPDATE knowledge_passage SET {change}")


def test_a_passage_stands_in_its_own_article_and_belongs_to_a_remark(cast, article):
    note = annotate(article, cast.rita, "We rented")
    other = experience(cast)
    with pytest.raises(IntegrityError, match="another article"):
        break_it("UPDATE knowledge_passage SET revision_id = %s", other.live.pk)
    answer = comments.add(by=cast.bob, article=article, body="Yes", answers=note)
    with pytest.raises(IntegrityError, match="no passage of its own"):
        break_it("UPDATE knowledge_passage SET comment_id = %s", answer.pk)
