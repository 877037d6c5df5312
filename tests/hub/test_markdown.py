"""Markdown: what it makes, and that no text can hold a worker for long (trust 34)."""

import pytest

from hub import markdown
from hub.markdown import as_paragraphs, render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A\n\n## B", "<h3>A</h3>\n<h4>B</h4>"),
        ("###### A", "<h6>A</h6>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        (
            "[a](https://e.example/x)",
            '<p><a href="https://e.example/x" rel="nofollow noopener">a</a></p>',
        ),
        ("[a](/cities/lund/)", '<p><a href="/cities/lund/">a</a></p>'),
        ("[a](//e.example)", '<p><a href="//e.example" rel="nofollow noopener">a</a></p>'),
        ("[a](http://localhost:8000/x)", '<p><a href="http://localhost:8000/x">a</a></p>'),
        ("[a](mailto:a@example.org)", '<p><a href="mailto:a@example.org">a</a></p>'),
        ("[a](ftp://e.example)", "<p><a>a</a></p>"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("![a](https://e.example/x.png)", "<p>[a]</p>"),
        ("![](https://e.example/x.png)", "<p>[picture]</p>"),
        ("å 😀 \u202e", "<p>å 😀 \u202e</p>"),
        ("", ""),
    ],
)
def test_what_markdown_makes(text, html):
    assert render(text).strip() == html


def test_alignment_becomes_a_class():
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    assert '<td class="align-center">1</td>' in html
    assert "style" not in html


def test_only_own_pictures_show():
    html = render("![A bike](/files/1/) ![x](/files/2/)", pictures={"/files/1/": (40, 30)})
    assert html.strip() == (
        '<p><img src="/files/1/" alt="A bike" width="40" height="30" loading="lazy"> [x]</p>'
    )


def test_words_without_marks_are_cut_at_a_word():
    assert (
        markdown.plain(render("**Electric** diggers, and *more*")) == "Electric diggers, and more"
    )
    assert markdown.plain("<p>a</p><p>b &amp; c</p>") == "a b & c"
    assert markdown.plain("<p>Electric diggers in Lund</p>", 21) == "Electric diggers in…"


N = 20_000
ADVERSARIAL = {
    "brackets": "[" * N,
    "nested links": "[" * 5000 + "a" + "](b)" * 5000,
    "images": "![" * N,
    "emphasis": "*a **a " * (N // 7),
    "stars": "*" * N + "a" + "*" * N,
    "mixed emphasis": "a*_" * N,
    "back ticks": "".join("`" * i + " " for i in range(1, 300)),
    "quotes 10,000 deep": "> " * 10_000 + "a",
    "quotes without space": ">" * N,
    "lists 10,000 deep on a line": "- " * 10_000 + "a",
    "lists nested by indent": "\n".join("  " * i + "- a" for i in range(400)),
    "lists in quotes": "> - " * 5000 + "a",
    "many definitions": "\n".join(f"[a{i}]: /b" for i in range(5000)),
    "definition of brackets": "[" * 3000 + "]: " * 3000,
    "entities": "&#x" * N,
    "less than": "<" * N,
    "autolinks": "<http:" * N,
    "table 500 columns wide": "|" + "a|" * 500 + "\n|" + "-|" * 500 + ("\n|" + "b|" * 500) * 40,
    "table with missing cells": "|" * 2000 + "\n" + "|-" * 2000 + "\n" + ("|" * 500 + "\n") * 100,
    "headings": "a\n=\n" * N,
    "fences": "```\n" * N,
    "back slashes": "\\" * 90_000,
    "comments": "<!--" * N,
    "blanks": " " * 90_000 + "a",
    "line ends": "\n" * 90_000,
    "unbalanced": "**[a](b *c `d\n> - [" * 4000,
    "five megabytes": "word " * 1_000_000,
    "directions and emoji": "\u202e\u2066😀\u200d" * N,
    "parentheses": "[a](" + "(" * N,
    "titles": "[a](b '" * 5000,
}


#: Those that the parser gives up; all others it finishes within its steps.
ENDLESS = {"brackets", "images", "mixed emphasis", "entities", "comments", "headings",
           "back slashes", "unbalanced"}  # fmt: skip


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_no_text_takes_more_steps_than_allowed_or_loses_words(name):
    text = ADVERSARIAL[name]
    html = render(text)
    assert markdown._way.steps <= markdown.MOST_STEPS + 1
    given_up = len(text) > markdown.LONGEST or name in ENDLESS
    # A text of nothing but definitions or line ends shows nothing, as Markdown wants it.
    if name in ("many definitions", "line ends"):
        assert html == ""
    else:
        assert (html == as_paragraphs(text)) == given_up
        assert len(html) > 100


def test_without_the_limit_the_same_texts_take_more_steps(monkeypatch):
    """Negative control: each of them does go past it."""
    limit = markdown.MOST_STEPS
    monkeypatch.setattr(markdown, "MOST_STEPS", 1_000_000)
    for name in ENDLESS:
        render(ADVERSARIAL[name])
        assert markdown._way.steps > limit, name


def test_a_real_text_of_the_longest_kind_is_far_from_the_limit():
    sentence = "Vi prövade **återbruk** av tegel i [projektet](https://example.org) och lärde oss. "
    html = render(((sentence * 8 + "\n\n") * 200)[: markdown.LONGEST])
    assert markdown._way.steps < markdown.MOST_STEPS / 2
    assert html.startswith("<p>Vi prövade <strong>återbruk</strong>")


def test_a_text_past_the_limit_is_shown_as_paragraphs(monkeypatch):
    monkeypatch.setattr(markdown, "MOST_STEPS", 0)
    assert render("**a** <b>\n\nc\nd") == "<p>**a** &lt;b&gt;</p><p>c<br>d</p>"
