"""At least 100 payloads in every stored field, looked at in every rendering: none lives."""

from xml.etree import ElementTree as ET

import pytest
from django.template import engines

from hub import markdown
from hub.models import SearchDocument
from knowledge.actions import articles, comments
from knowledge.forms.fields import one_line
from knowledge.models import Article, Flag
from knowledge.reuse import actions as reuse
from knowledge.reuse.actions import Told
from knowledge.sections import OF_KIND
from knowledge.upkeep import actions as upkeep
from knowledge.upkeep import answers, asking, sweeping
from tests.knowledge.making import case_note, entry, experience, form, send
from tests.knowledge.xss import PAYLOADS, alive
from tests.labs.test_letters import letter_of


def test_the_list_is_long_and_the_eyes_see():
    """Negative control: shown without protection, the payloads live."""
    assert len(PAYLOADS) >= 100
    raw = [p for p in PAYLOADS if alive(p)]
    assert len(raw) >= 80
    naive = engines["django"].from_string('<p title="{{ p|safe }}">{{ p|safe }}</p>')
    assert sum(bool(alive(naive.render({"p": p}))) for p in PAYLOADS) >= 85


def test_a_renderer_that_trusts_html_would_be_caught():
    from markdown_it import MarkdownIt

    trusting = MarkdownIt("commonmark", {"html": True})
    trusting.validateLink = lambda _url: True  # type: ignore[method-assign]
    assert sum(bool(alive(trusting.render(p))) for p in PAYLOADS) >= 90


@pytest.mark.parametrize("top", [2, 3, 5])
def test_markdown_lets_nothing_live(top):
    own = {"/files/1/": (3, 4)}
    living = {
        p: found
        for p in PAYLOADS
        if (found := alive(markdown.render(p, top_heading=top, pictures=own)))
    }
    assert living == {}


def test_pairs_and_nestings_of_payloads_let_nothing_live():
    shapes = [
        "{}\n\n{}",
        "> {}\n> {}",
        "[{}]({})",
        "![{}]({})",
        "| {} | {} |\n|---|---|\n",
        "**{}**`{}`",
        "<{}>{}",
    ]
    pairs = [s.format(a, b) for s in shapes for a, b in zip(PAYLOADS, PAYLOADS[7:], strict=False)]
    assert len(pairs) > 1000
    assert [p for p in pairs if alive(markdown.render(p))] == []


def pages_of(client, article) -> list[str]:
    base = article.get_absolute_url()
    paths = [
        base,
        f"{base}v/1/",
        f"{base}versions/",
        f"{base}compare/?from=1&to=2",
        f"{base}comments/",
    ]
    paths += ["/knowledge/", "/", f"/search/?q={article.title[:40]}"]
    return [client.get(path).text for path in paths]


def batches(size: int = 14) -> list[list[str]]:
    return [PAYLOADS[i : i + size] for i in range(0, len(PAYLOADS), size)]


@pytest.mark.parametrize("batch", batches(), ids=lambda b: b[0][:20])
def test_stored_payloads_live_in_no_page(cast, sign_in, batch):
    joined = "\n\n".join(batch)
    titles = [one_line(p)[:150] for p in batch]
    codes = [s.code for s in OF_KIND["case-note"] if s.form == "text"]
    fields = dict.fromkeys(codes, joined) | {
        "summary": joined[:1500],
        "results": " | ".join(titles[:5]),
    }
    article = case_note(cast, title=titles[0], fields=fields)
    changed = entry(
        cast, title=titles[1], fields=fields | {"challenge": "x " + joined}, change=titles[2]
    )
    article = articles.revise(by=cast.carol, article=article, entry=changed, base=1, publish=True)
    for payload, title in zip(batch, titles, strict=True):
        said = comments.add(by=cast.rita, article=article, body=payload, quote=payload)
        comments.edit(by=cast.rita, comment=said, body=payload + "!")
        small = experience(cast, title=title, fields={"tried": payload, "setback": payload})
    for client in (sign_in(None), sign_in(cast.bob)):
        for html in [*pages_of(client, article), *pages_of(client, small)]:
            assert alive(html) == []
    assert alive(client.get(f"{article.get_absolute_url()}comments/{said.pk}/history/").text) == []
    assert SearchDocument.objects.filter(kind="article").count() == len(batch) + 1


@pytest.mark.parametrize("batch", batches(36), ids=lambda b: b[0][:20])
def test_payloads_come_back_harmless_in_forms_previews_and_feeds(cast, sign_in, batch):
    joined = "\n\n".join(batch)
    client = sign_in(cast.bob)
    title = one_line(batch[0])
    data = form(title=title, tried=joined, setback=joined, domains=[])
    refused = send(client, "/knowledge/new/", data)
    assert refused.status_code == 422
    assert alive(refused.text) == []
    preview = send(client, "/knowledge/preview/", data)
    assert alive(preview.text) == []
    experience(cast, title=title[:150], fields={"tried": joined, "setback": joined})
    feed = ET.fromstring(client.get("/feeds/knowledge.atom").content)  # noqa: S314 - our own
    names = {element.tag.partition("}")[2] for element in feed.iter()}
    assert names <= {
        "feed",
        "title",
        "link",
        "id",
        "updated",
        "subtitle",
        "entry",
        "published",
        "author",
        "name",
        "summary",
        "category",
    }


@pytest.mark.parametrize("batch", batches(36), ids=lambda b: b[0][:20])
def test_what_speaks_against_a_text_lets_nothing_live(cast, sign_in, batch):
    article = experience(cast)
    upkeep.doubt(by=cast.bob, article=article, reason=" ".join(map(one_line, batch))[:300])
    for number, payload in enumerate(batch):
        address = f"https://a.example/{number}?{payload}"[:1000]
        said = {"evidence": address, "text": payload[:300]}
        Flag.objects.create(article=article, kind="dead-link", **said)
        Flag.objects.create(article=article, kind="newer-figure", raised_by=cast.rita, **said)
    told = Told("stopped", "Tried", reason=batch[-1])
    reuse.declare(by=cast.mallory, article=article, city=cast.leuven, told=told)
    sweeping.sweep()
    asked = upkeep.hand_over(by=cast.bob, article=article, receiver=cast.alice, note=batch[0][:300])
    asking.ask(Article.objects.get(), by=cast.carol)
    mails = [letter_of("article.still-true", cast.bob), letter_of("article.handover", cast.alice)]
    link = answers.url_for(cast.bob, article).removeprefix("http://localhost:8000")
    base = article.get_absolute_url()
    paths = ["/", "/knowledge/radar/", base, f"{base}check/", asked.get_absolute_url(), link]
    pages = [sign_in(cast.carol).get(path).text for path in paths]
    assert all("<title>" in page for page in pages)
    assert [found for page in pages if (found := alive(page))] == []
    # Mails carry their own style; nothing else may be alive in them.
    assert [f for mail in mails for f in alive(mail.html) if "style>" not in f] == []


def test_data_that_ends_its_script_would_be_caught():
    whole = '<script type="application/ld+json">{"a": "\\u003c/script>"}</script>'
    assert alive(whole) == []
    broken = '<script type="application/ld+json">{"a": "</script><script>alert(1)</script>"}'
    assert alive(broken) == ["<script> that is no data", "<script>"]
