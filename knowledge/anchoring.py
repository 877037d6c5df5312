"""Where a quoted passage stands in another version of its text, or that it cannot be said.

Texts are those of knowledge.passages: words parted by single spaces. Similarities go from 0 to 1.
No answer is better than a wrong one: what looks alike in two places is left alone.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Indel

#: Words on each side that tell one place from another that reads the same.
AROUND = 12
#: A place that shares fewer of the passage's words is none.
LEAST_ALIKE = 0.6
LEAST_ALIKE_OF_FEW = 0.75
#: Where a passage has changed, so much of what stood on either side of it must be left.
LEAST_BESIDE = 0.4
#: The same beside one or two words, which are said often.
LEAST_BESIDE_TWO = 0.75
#: One that shares so many reads like the passage.
LOOKALIKE = 0.7
#: One that shares so many may leave a rest that does.
ECHO = 0.5
#: Windows that share fewer words in any order are not looked at.
LEAST_SHARED = 0.45
#: What is lost of the passage or its surroundings from the best place to the next, at least.
CLEARLY = 0.25
#: Quotes under so many words are only found unchanged.
SHORT = 4
#: Looked at in one text; a text that says the same more often has no one place for it.
MOST_PLACES = 40


#: Numbers of a first word and of the first one after the last.
At = tuple[int, int]
#: The words before and after a place.
Beside = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True, order=True)
class Place:
    """Characters `start` to `end` of a text."""

    start: int
    end: int


@dataclass(frozen=True)
class _Found:
    at: At
    alike: float
    #: Of the words before and after it; none where the text ended, which proves nothing.
    sides: tuple[float, ...]

    @property
    def around(self) -> float:
        return _mean(self.sides)

    @property
    def nearest(self) -> float:
        return max(self.sides, default=1.0)

    @property
    def is_untouched(self) -> bool:
        return self.alike == self.around == 1

    @property
    def is_cut_loose(self) -> bool:
        """Changed, and with other words than before on one side."""
        return self.alike < 1 and min(self.sides, default=1.0) < LEAST_BESIDE

    @property
    def is_certain(self) -> bool:
        """Whether this would be the passage if it stood alone."""
        if self.alike >= 0.85:
            return True
        return self.alike >= LEAST_ALIKE and self.nearest >= 0.5 and not self.is_cut_loose


class Text:
    """A text by its words, as they are compared: without case and punctuation."""

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [at for at, char in enumerate(text) if char == " "] + [len(text)]
        starts = [0, *(end + 1 for end in ends[:-1])]
        self.spans = [(a, b) for a, b in zip(starts, ends, strict=True) if b > a]
        self.words = [_bare(text[a:b]) for a, b in self.spans]

    def between(self, place: Place) -> tuple[int, int]:
        """Numbers of the first word in the place and of the first one after it."""
        first = bisect_right(self.spans, place.start, key=lambda span: span[1])
        return first, bisect_left(self.spans, place.end, key=lambda span: span[0])

    def place(self, first: int, last: int) -> Place:
        return Place(self.spans[first][0], self.spans[last - 1][1])


def _bare(word: str) -> str:
    bare = "".join(char for char in word.casefold() if char.isalnum())
    return bare or word


def _alike(first: Sequence[str], second: Sequence[str]) -> float:
    return float(Indel.normalized_similarity(first, second))


class Change:
    """An old and a new version of one text; follows any number of passages through it."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Text(old), Text(new)

    @cached_property
    def _kept(self) -> dict[int, int]:
        """Number of a word in the old text → in the new one, for those that were left alone."""
        kept = {}
        for code in Indel.opcodes(self.old.words, self.new.words):
            if code.tag == "equal":
                for step in range(code.src_end - code.src_start):
                    kept[code.src_start + step] = code.dest_start + step
        return kept

    @cached_property
    def _came(self) -> dict[int, int]:
        return {new: old for old, new in self._kept.items()}

    def follow(self, place: Place, quote: str = "") -> Place | None:
        """Where what stood at `place` stands now; `quote` is how it read when it was quoted."""
        first, last = self.old.between(place)
        if first >= last or not self.new.words:
            return None
        passage = _Passage(self.old, first, last)
        if (unmoved := self._unmoved(place, passage)) is not None:
            return unmoved
        places = self._places(passage)
        if len(places) > MOST_PLACES:
            return None
        found = [self._weighed(passage, at) for at in places]
        best = max(found, key=lambda f: f.alike + f.around, default=None)
        if best is None or not best.is_certain or not self._is_sure(passage, best, found):
            return None
        if not self._is_plain(best, last - first):
            return None
        now = self._to_the_letter(place, passage, self.new.place(*best.at))
        words = Text(self.new.text[now.start : now.end]).words
        return now if not quote or _is_of(Text(quote).words, words) else None

    def _unmoved(self, place: Place, passage: "_Passage") -> Place | None:
        """Said once, then as now, with the same words before and after it."""
        exact = self.old.text[place.start : place.end]
        if self.old.text.count(exact) != 1 or self.new.text.count(exact) != 1:
            return None
        start = self.new.text.index(exact)
        now = Place(start, start + len(exact))
        found = self._weighed(passage, self.new.between(now))
        return now if found.is_untouched else None

    def _is_plain(self, best: _Found, size: int) -> bool:
        """Few words prove little: unchanged, and one or two of them beside all the same others."""
        if size >= SHORT:
            return best.alike >= _least(size)
        is_beside = best.nearest == 1 and min(best.sides, default=0) >= LEAST_BESIDE_TWO
        return best.alike == 1 and (size > 2 or is_beside)

    def _to_the_letter(self, was: Place, passage: "_Passage", now: Place) -> Place:
        """A quote may begin and end inside a word."""
        exact = self.old.text[was.start : was.end]
        if (at := self.new.text.find(exact, now.start, now.end)) >= 0:
            return Place(at, at + len(exact))
        whole = self.old.place(*passage.at)
        head = self.old.text[whole.start : was.start]
        tail = self.old.text[was.end : whole.end]
        text = self.new.text[now.start : now.end]
        start = now.start + (len(head) if text.startswith(head) else 0)
        end = now.end - (len(tail) if text.endswith(tail) else 0)
        return Place(start, end) if start < end else now

    def _places(self, passage: "_Passage") -> list[At]:
        """Everywhere in the new text that could be meant."""
        found = [*_same(passage.words, self.new.words), *self._aligned(passage)]
        return _apart([*found, *_like(passage.words, self.new.words)])

    def _aligned(self, passage: "_Passage") -> Iterator[At]:
        """Where its words went if nothing was moved."""
        first, last = passage.at
        new = [self._kept[n] for n in range(first, last) if n in self._kept]
        if new:
            yield _densest(new)

    def _weighed(self, passage: "_Passage", at: At) -> _Found:
        alike = _alike(passage.words, self.new.words[slice(*at)])
        return _Found(at, alike, _sides(passage.beside, _beside(self.new.words, at)))

    def _is_sure(self, passage: "_Passage", best: _Found, found: list[_Found]) -> bool:
        """Nothing else could be meant, and this is not what stood elsewhere before."""
        lookalikes = sum(f.alike >= LOOKALIKE for f in found)
        # Of a passage and its copy nobody can tell which is which, nor which of two is gone.
        if lookalikes not in (0, 1 + len(passage.lookalikes)):
            return False
        # In a text that repeats itself one word makes the difference.
        if passage.lookalikes and not best.is_untouched:
            return False
        # What is left may be the rest of another place that spoke in the same words.
        if passage.has_echo and best.is_cut_loose:
            return False
        for other in found:
            if other is best or (best.is_untouched and not other.is_untouched):
                continue
            if other.alike > best.alike or other.around > best.around:
                return False
            if best.alike - other.alike + best.around - other.around < CLEARLY:
                return False
        return not self._stood_elsewhere(passage, best)

    def _stood_elsewhere(self, passage: "_Passage", best: _Found) -> bool:
        a, b = best.at
        old = [self._came[n] for n in range(a, b) if n in self._came]
        from_here = sum(passage.at[0] <= n < passage.at[1] for n in old)
        if len(old) - from_here > (b - a) / 4:
            return True
        now = _beside(self.new.words, best.at)
        for rival in passage.lookalikes:
            around = _mean(_sides(_beside(self.old.words, rival), now))
            if around > 0.9 if best.is_untouched else around > best.around - CLEARLY:
                return True
        return False


class _Passage:
    """What stood at some words of the old text."""

    def __init__(self, text: Text, first: int, last: int) -> None:
        self.text, self.at = text, (first, last)
        self.words = text.words[first:last]
        self.beside = _beside(text.words, self.at)

    @cached_property
    def _others(self) -> list[tuple[float, At]]:
        """Other places of the old text that share words with it, and how alike each is."""
        words = self.text.words
        found = _apart([self.at, *_same(self.words, words), *_like(self.words, words)])
        return [(_alike(self.words, words[slice(*at)]), at) for at in found[1:]]

    @property
    def lookalikes(self) -> list[At]:
        """Those that read much like it."""
        return [at for alike, at in self._others if alike >= LOOKALIKE]

    @property
    def has_echo(self) -> bool:
        return any(alike >= ECHO for alike, _at in self._others)


def _same(wanted: Sequence[str], words: Sequence[str]) -> Iterator[At]:
    size = len(wanted)
    count = 0
    for at in range(len(words) - size + 1):
        if words[at] == wanted[0] and words[at : at + size] == wanted:
            yield at, at + size
            count += 1
            if count > MOST_PLACES:
                return


def _apart(places: Sequence[At]) -> list[At]:
    """Of those that share more than half of their words, the first."""
    kept: list[At] = []
    for a, b in places:
        if not any(2 * (min(b, d) - max(a, c)) > min(b - a, d - c) for c, d in kept):
            kept.append((a, b))
    return kept


def _like(wanted: Sequence[str], words: Sequence[str]) -> Iterator[At]:
    """Stretches that share most of their words with the passage, best first."""
    size = len(wanted)
    if size < SHORT:
        return
    shares = ((s, -n) for n, s in enumerate(_shares(wanted, words)) if s >= LEAST_SHARED)
    taken: list[At] = []
    for _share, at in sorted(shares, reverse=True):
        if len(taken) > MOST_PLACES:
            return
        if any(a < size - at and -at < b for a, b in taken):
            continue
        taken.append((-at, size - at))
        if (edges := _trimmed(wanted, words, -at)) is not None:
            yield edges


def _trimmed(wanted: Sequence[str], words: Sequence[str], at: int) -> At | None:
    """The window widened by a half on each side, then cut to the words that belong to it."""
    size = len(wanted)
    low = max(0, at - size // 2)
    hits = [
        n
        for code in Indel.opcodes(wanted, words[low : at + size + size // 2])
        if code.tag == "equal"
        for n in range(code.dest_start, code.dest_end)
    ]
    return _densest([low + n for n in hits]) if hits else None


def _densest(hits: Sequence[int]) -> At:
    """The stretch with most of these words and fewest others, an other one costing half."""
    best, begin, sum_, at = (0.0, hits[0], hits[0] + 1), hits[0], 0.0, hits[0]
    for hit in hits:
        sum_ -= (hit - at) / 2
        if sum_ <= 0:
            begin, sum_ = hit, 0.0
        sum_, at = sum_ + 1, hit + 1
        best = max(best, (sum_, begin, at))
    return best[1], best[2]


def _shares(wanted: Sequence[str], words: Sequence[str]) -> Iterator[float]:
    """For each window of the passage's length: the share of its words that stand there."""
    size, wish = len(wanted), Counter(wanted)
    window: Counter[str] = Counter()
    hits = 0
    for at in range(-size, len(words)):
        if (come := at + size) < len(words):
            window[words[come]] += 1
            hits += window[words[come]] <= wish[words[come]]
        if at > 0:
            hits -= window[words[at - 1]] <= wish[words[at - 1]]
            window[words[at - 1]] -= 1
        if at >= 0:
            yield hits / size


def _beside(words: Sequence[str], at: At) -> Beside:
    first, last = at
    return words[max(0, first - AROUND) : first], words[last : last + AROUND]


def _sides(then: Beside, now: Beside) -> tuple[float, ...]:
    """How alike each is, as far as the text went on then."""
    (before, after), (now_before, now_after) = then, now
    pairs = (before, now_before[-len(before) :]), (after, now_after[: len(after)])
    return tuple(_alike(a, b) for a, b in pairs if a)


def _is_of(quote: Sequence[str], words: Sequence[str]) -> bool:
    """Whether enough of the quote is left in these words, and they are mostly of it."""
    common = (len(quote) + len(words) - Indel.distance(quote, words)) / 2
    least = _least(len(quote))
    return _alike(quote, words) >= least and common >= LEAST_ALIKE * len(words)


def _least(size: int) -> float:
    """Of few words more must be left: three of five meet by chance."""
    return LEAST_ALIKE if size >= 2 * SHORT else LEAST_ALIKE_OF_FEW


def _mean(sides: Sequence[float]) -> float:
    return sum(sides) / len(sides) if sides else 1.0
