"""Message catalogues without system gettext: extracted, merged from parts, checked, compiled."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
ROOMS = ("hub", "cities", "labs", "knowledge")
# Where the texts of a call stand among its arguments: (context, singular, plural).
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
# What Django's templatize() leaves of a template: calls with literals between rows of X.
IN_TEMPLATE = re.compile(rf"\b(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")

Key = tuple[str, str]  # context (empty for none), msgid


@dataclass
class Message:
    """A text as the code asks for it. `plural` is empty where it has none."""

    msgid: str
    context: str = ""
    plural: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return (self.context, self.msgid)


def extract(root: Path = ROOT) -> dict[Key, Message]:
    """Every message of the rooms' Python and of the templates."""
    found: dict[Key, Message] = {}
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        read = _in_python if path.suffix == ".py" else _in_template
        for message in read(text):
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural or message.plural
            kept.files.add(str(path.relative_to(root)))
    return found


def sources(root: Path = ROOT) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted(path for path in (root / room).rglob("*.py"))
        yield from sorted((root / room).glob("**/templates/**/*.*"))
    yield from sorted(path for path in (root / "templates").rglob("*") if path.is_file())


def problems_of(catalogue: polib.POFile, wanted: dict[Key, Message]) -> list[str]:
    """What a reader of this language would miss, one line for each message."""
    entries = {_key(entry): entry for entry in catalogue if not entry.obsolete}
    lines = []
    for key, message in sorted(wanted.items()):
        entry = entries.get(key)
        where = ", ".join(sorted(message.files)[:2])
        if entry is None or not entry.translated():
            lines.append(f"not translated: {message.msgid!r} ({where})")
        elif message.plural and not all(entry.msgstr_plural.values()):
            lines.append(f"a plural form is missing: {message.msgid!r} ({where})")
        elif not _placeholders_agree(entry):
            lines.append(f"placeholders differ: {message.msgid!r} ({where})")
    return lines


def merge(language: str = "sv", locale: Path = LOCALE) -> list[str]:
    """Rewrite the language's catalogue from itself and the parts; returns what is to be settled."""
    target = locale / language / "LC_MESSAGES" / "django.po"
    known, conflicts = _known(target, locale / "parts")
    merged = polib.POFile(wrapwidth=96)
    merged.metadata = {
        "Project-Id-Version": "Learning Hub",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for key, message in sorted(extract().items()):
        entry = _entry(message, known.get(key))
        entry.occurrences = [(name, "") for name in sorted(message.files)]
        merged.append(entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(target))
    return conflicts + problems_of(merged, extract())


def compile_stale(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo beside every .po that changed since; returns what was written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            # Whole or not at all: a server may be reading the old one.
            fresh = target.with_suffix(".mo.new")
            polib.pofile(str(source)).save_as_mofile(str(fresh))
            fresh.replace(target)
            written.append(target)
    return written


def _in_python(text: str) -> Iterator[Message]:
    tree = ast.parse(text)
    names = {name: name for name in CALLS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {one.asname: one.name for one in node.names if one.asname}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        places = CALLS.get(names.get(name, ""))
        if places is not None:
            yield from _message(places, [_constant(one) for one in node.args])


def _in_template(text: str) -> Iterator[Message]:
    from django.utils.translation.template import templatize

    for name, literals in IN_TEMPLATE.findall(templatize(text)):
        places = CALLS["gettext" if name == "_" else name]
        values = [ast.literal_eval(one) for one in re.findall(LITERAL, literals)]
        yield from _message(places, values)


def _message(
    places: tuple[int | None, int, int | None], values: list[str | None]
) -> Iterator[Message]:
    def at(place: int | None) -> str:
        return (values[place] or "") if place is not None and place < len(values) else ""

    context, singular, plural = places
    if at(singular):
        yield Message(at(singular), at(context), at(plural))


def _constant(node: ast.expr) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None  # type: ignore[attr-defined]


def _known(target: Path, parts: Path) -> tuple[dict[Key, polib.POEntry], list[str]]:
    """Translations by key: of the parts first, for they are newer than the catalogue."""
    known: dict[Key, polib.POEntry] = {}
    origin: dict[Key, Path] = {}
    conflicts = []
    for path in sorted(parts.glob("*.po")):
        for entry in polib.pofile(str(path)):
            key = _key(entry)
            if key in known and _words(known[key]) != _words(entry) and entry.translated():
                conflicts.append(f"two translations: {key[1]!r} ({origin[key].name}, {path.name})")
            elif entry.translated():
                known[key], origin[key] = entry, path
    if target.exists():
        for entry in polib.pofile(str(target)):
            if entry.translated():
                known.setdefault(_key(entry), entry)
    return known, conflicts


def _entry(message: Message, known: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        forms = known.msgstr_plural if known is not None else {}
        entry.msgstr_plural = {0: forms.get(0, ""), 1: forms.get(1, "")}
    elif known is not None:
        entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "")
    if "%(" in message.msgid:
        entry.flags = ["python-format"]
    return entry


def _placeholders_agree(entry: polib.POEntry) -> bool:
    """A plural form may leave out the number, never name one that is not given."""
    given = _placeholders(entry.msgid) | _placeholders(entry.msgid_plural)
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if entry.msgid_plural:
        return all(_placeholders(text) <= given for text in texts)
    return all(_placeholders(text) == given for text in texts)


def _placeholders(text: str) -> set[str]:
    return {"".join(groups) for groups in PLACEHOLDER.findall(text or "")}


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid)


def _words(entry: polib.POEntry) -> tuple[object, ...]:
    return (entry.msgstr, tuple(sorted(entry.msgstr_plural.items())))


if __name__ == "__main__":
    sys.stdout.writelines(f"Compiled {path}\n" for path in compile_stale())
