"""Swedish is complete at all times."""

from __future__ import annotations

import polib

from hub import catalogues
from hub.catalogues import LOCALE, Message

SWEDISH = LOCALE / "sv" / "LC_MESSAGES" / "django.po"


def test_every_text_has_its_swedish() -> None:
    missing = catalogues.problems_of(polib.pofile(str(SWEDISH)), catalogues.extract())
    assert missing == []


def test_catalogue_holds_nothing_the_code_does_not_ask_for() -> None:
    wanted = set(catalogues.extract())
    kept = {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(SWEDISH))}
    assert sorted(kept - wanted) == []


def test_extraction_reads_python() -> None:
    code = (
        "from django.utils.translation import gettext_lazy as _, ngettext as many\n"
        "a = _('One ' 'text')\n"
        "b = many('%(n)s Lab', '%(n)s Labs', 2)\n"
        "c = pgettext('month', 'May')\n"
        "d = _(variable)\n"
        "e = translation.gettext('By attribute')\n"
    )
    assert list(catalogues._in_python(code)) == [
        Message("One text"),
        Message("%(n)s Lab", plural="%(n)s Labs"),
        Message("May", context="month"),
        Message("By attribute"),
    ]


def test_extraction_reads_templates() -> None:
    page = (
        "{% translate \"It's open\" %} {{ _('Name') }} {% translate 'May' context 'month' %}"
        "{% blocktranslate trimmed count n=labs %}\n  One Lab of {{ city }}\n"
        "{% plural %}\n  {{ n }} Labs of {{ city }}\n{% endblocktranslate %}"
    )
    assert list(catalogues._in_template(page)) == [
        Message("It's open"),
        Message("Name"),
        Message("May", context="month"),
        Message("One Lab of %(city)s", plural="%(n)s Labs of %(city)s"),
    ]


def test_check_finds_what_is_missing_or_wrong() -> None:
    """The control: each kind of gap is seen, and a whole catalogue is not blamed."""
    wanted = {one.key: one for one in (Message("A"), Message("B %(x)s"), Message("C", plural="Cs"))}
    whole = polib.POFile()
    whole.append(polib.POEntry(msgid="A", msgstr="Å"))
    whole.append(polib.POEntry(msgid="B %(x)s", msgstr="Bä %(x)s"))
    whole.append(polib.POEntry(msgid="C", msgid_plural="Cs", msgstr_plural={0: "Sak", 1: "Saker"}))
    assert catalogues.problems_of(whole, wanted) == []
    whole[0].msgstr = ""
    whole[1].msgstr = "Bä %(y)s"
    whole[2].msgstr_plural = {0: "Sak", 1: ""}
    assert [line.partition(":")[0] for line in catalogues.problems_of(whole, wanted)] == [
        "not translated",
        "placeholders differ",
        "not translated",
    ]
