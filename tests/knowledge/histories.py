"""Texts that are edited at random while every word carries, unseen, who it was in the first one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from hub import markdown
from knowledge.anchoring import Place
from knowledge.sample_texts import TEXTS

Paragraph = list["Word"]

VOCABULARY = """
the a of in and to for with city street heat bus school permit winter budget
residents team pump meter price year month district tender contract crew charger night data report council
we they it was were is not more less than before after because when which first
second
"""
PLAIN = VOCABULARY.split()


@dataclass(frozen=True)
class Word:
    """`origin` is its number in the first version, None for a new word; unseen by the matching."""

    text: str
    origin: int | None = None
    #: Which copy of its paragraph it belongs to, 0 for the original.
    copy: int = 0


def real_texts() -> list[list[str]]:
    """Long sections of the samples, by paragraphs; short ones are put together."""
    found = []
    for sample in TEXTS:
        sections = [markdown.render(v) for v in sample.fields.values() if isinstance(v, str)]
        paragraphs = [markdown.plain(part) for html in sections for part in html.split("\n")]
        found.append([p for p in paragraphs if p])
    return [text for text in found if len(text) >= 3]


def made_text(random: Random) -> list[str]:
    """Few different words, so that much of it reads alike."""
    return [
        " ".join(
            " ".join(random.choices(PLAIN, k=random.randint(5, 14))).capitalize() + "."
            for _ in range(random.randint(1, 5))
        )
        for _ in range(random.randint(3, 9))
    ]


def repeating_text(random: Random) -> list[str]:
    """A list of the kind "In Lund we …", whose lines differ by a word or two."""
    places = ["Lund", "Malmö", "Leuven", "Landskrona", "Burlöv", "Lomma"]
    line = (
        "In {} the crew charged two machines every night and the meter showed {} less than before."
    )
    return [line.format(random.choice(places), random.choice(PLAIN)) for _ in range(8)]


@dataclass
class History:
    random: Random
    paragraphs: list[Paragraph]
    copies: int = 0

    @classmethod
    def of(cls, random: Random, text: list[str]) -> "History":
        number = iter(range(10**6))
        return cls(random, [[Word(w, next(number)) for w in p.split()] for p in text])

    @property
    def words(self) -> list[Word]:
        return [word for paragraph in self.paragraphs for word in paragraph]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def place(self, first: int, last: int) -> Place:
        """Of words number `first` to before `last`."""
        words = [w.text for w in self.words]
        start = len(" ".join(words[:first])) + bool(first)
        return Place(start, start + len(" ".join(words[first:last])))

    def covered(self, place: Place) -> list[Word]:
        at, found = 0, []
        for word in self.words:
            if at < place.end and place.start < at + len(word.text):
                found.append(word)
            at += len(word.text) + 1
        return found

    def edit(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.random.choice(
                [self.insert, self.delete, self.reword, self.move, self.double, self.new, self.drop,
                 self.insert, self.reword, self.mend, self.swap]
            )()  # fmt: skip

    def _any(self) -> Paragraph:
        if not self.paragraphs:
            self.new()
        return self.random.choice(self.paragraphs)

    def _some(self, longest: int) -> list[Word]:
        pool = PLAIN + [w.text for w in self.words[:200]]
        return [Word(self.random.choice(pool)) for _ in range(self.random.randint(1, longest))]

    def insert(self) -> None:
        into = self._any()
        at = self.random.randint(0, len(into))
        into[at:at] = self._some(14)

    def delete(self) -> None:
        of = self._any()
        at = self.random.randint(0, len(of))
        del of[at : at + self.random.randint(1, 14)]

    def reword(self) -> None:
        """Words here and there are replaced."""
        of = self._any()
        for at in range(len(of)):
            if self.random.random() < 0.2:
                of[at : at + 1] = self._some(1)

    def mend(self) -> None:
        """A letter changes: the word stays who it is."""
        of = self._any()
        if of:
            at = self.random.randrange(len(of))
            of[at] = replace(of[at], text=of[at].text[::-1].capitalize())

    def move(self) -> None:
        if self.paragraphs:
            taken = self.paragraphs.pop(self.random.randrange(len(self.paragraphs)))
            self.paragraphs.insert(self.random.randint(0, len(self.paragraphs)), taken)

    def swap(self) -> None:
        """Two halves of a paragraph change places."""
        of = self._any()
        middle = len(of) // 2
        of[:] = of[middle:] + of[:middle]

    def double(self) -> None:
        self.copies += 1
        copy = [replace(word, copy=self.copies) for word in self._any()]
        self.paragraphs.insert(self.random.randint(0, len(self.paragraphs)), copy)

    def new(self) -> None:
        self.paragraphs.insert(self.random.randint(0, len(self.paragraphs)), self._some(40))

    def drop(self) -> None:
        if len(self.paragraphs) > 1:
            self.paragraphs.pop(self.random.randrange(len(self.paragraphs)))


@dataclass(frozen=True)
class Quoted:
    """A passage of the first version: its words' origins."""

    place: Place
    text: str
    origins: frozenset[int]


def quotes(history: History, count: int) -> Iterator[Quoted]:
    words = history.words
    for _ in range(count):
        size = history.random.choice([2, 3, 5, 8, 12, 20, 35])
        first = history.random.randint(0, max(0, len(words) - size))
        place = history.place(first, min(first + size, len(words)))
        origins = frozenset(w.origin for w in words[first : first + size] if w.origin is not None)
        yield Quoted(place, history.text[place.start : place.end], origins)


def verdict(history: History, quoted: Quoted, place: Place | None) -> str:
    """What to think of this answer.

    right, wrong; detached (it stands there still), twins (it stands there more than once and was
    detached for that), gone (and said to be); copy: on a copy of which
    as much is left as of the original, so that nobody who only reads could tell the two. Where
    less than 60 % is left both answers are right, if a mark sits on what is left.
    """
    left: dict[int, int] = {}
    for word in history.words:
        if word.origin in quoted.origins:
            left[word.copy] = left.get(word.copy, 0) + 1
    most = max(left.values(), default=0)
    if place is None:
        standing = [n for n in left.values() if n >= 0.6 * len(quoted.origins)]
        return "twins" if len(standing) > 1 else "detached" if standing else "gone"
    covered = history.covered(place)
    own = [w for w in covered if w.origin in quoted.origins]
    foreign = [w for w in covered if w.origin is not None and w not in own]
    is_short = len(covered) <= 2 * len(quoted.origins) + 14
    if not is_short or len(own) * 3 < most or len(own) <= len(foreign):
        return "wrong"
    of_copy = [w for w in own if w.copy != 0]
    return "right" if left.get(0, 0) < most or len(of_copy) * 2 <= len(own) else "copy"
