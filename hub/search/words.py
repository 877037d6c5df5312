"""Words as they are compared: without accents, and one slip of the finger apart."""

import re
import string
import unicodedata

#: What accents do not decompose to; as PostgreSQL's unaccent has them.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
#: No quotes, no minus: nothing that narrows on purpose.
_PLAIN = re.compile(r"\w[\w.,:;!?'’-]*")
_MOST_LOOSENED = 6
_TERM = re.compile(r"[^\W\d_]+")
#: Longer words are found by their trigrams alone.
_LONGEST_SLIP = 12


def folded(word: str) -> str:
    """`Malmö` → `malmo`, `København` → `kobenhavn`."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c))


def terms(query: str) -> list[str]:
    """The words of a query that can be mistyped, each once, in order."""
    return list(dict.fromkeys(t.lower() for t in _TERM.findall(query) if 3 <= len(t) <= 40))[:8]


def all_but_one(query: str) -> str:
    """The query for what has all of its words but one; nothing where it says more than words.

    Written as `a b or a c or b c`, which reads as it is meant in every language.
    """
    asked = list(dict.fromkeys(word.lower() for word in query.split()))
    if not 2 <= len(asked) <= _MOST_LOOSENED or not all(map(_PLAIN.fullmatch, asked)):
        return ""
    if "or" in asked:
        return ""
    fewer = (asked[:n] + asked[n + 1 :] for n in reversed(range(len(asked))))
    return " or ".join(" ".join(words) for words in fewer)


def slips(word: str) -> list[str]:
    """Every word one slip away: a letter swapped, dropped, doubled or wrong."""
    if len(word) > _LONGEST_SLIP:
        return []
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {a + b[1:] for a, b in halves if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    for letter in string.ascii_lowercase:
        found |= {a + letter + b[1:] for a, b in halves if b}
        found |= {a + letter + b for a, b in halves}
    return sorted(found - {word})
