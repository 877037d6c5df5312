"""Reasons in sentences. What the words say is in the data; here it is only said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cities.twinning.matching.bars import Bar, Conflict, Obstacle
from cities.twinning.matching.criteria import Criterion, Fact, FactKind, Value
from cities.twinning.matching.reasons import Missing, Move, Plight, Reason, Unmatched


@dataclass(frozen=True)
class Names:
    """What things are called in the reader's language, and what a full score is."""

    twins: Mapping[int, str]
    pilots: Mapping[int, str]
    full: int
    #: Domains, levers and languages by code.
    codes: Mapping[str, str] = field(default_factory=dict)

    def points(self, score: int) -> str:
        """Of a hundred, one decimal, as the reader's language writes it."""
        points = 100 * score / self.full if self.full else 0
        if score and abs(points) < 0.1:
            return _("less than %(points)s") % {"points": number_format(0.1, 1)}
        return number_format(points, 1)

    def coded(self, items: Iterable[str]) -> list[str]:
        return [self.codes.get(item, item) for item in items]

    def twin(self, key: int) -> str:
        return self.twins.get(key, _("a city that has left"))

    def pilot(self, key: int) -> str:
        return self.pilots.get(key, _("a pilot that has left"))


def listed(items: Iterable[str]) -> str:
    """ "Lund, Malmö and Gent"."""
    return _joined(list(items), _("%(first)s and %(last)s"))


def either(items: Iterable[str]) -> str:
    """ "Lund, Malmö or Gent"."""
    return _joined(list(items), _("%(first)s or %(last)s"))


def _joined(items: Sequence[str], pattern: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return pattern % {"first": ", ".join(items[:-1]), "last": items[-1]}


def criterion_label(criterion: Criterion) -> str:
    return {
        Criterion.DOMAINS: _("shared domains and levers"),
        Criterion.NEEDS: _("what the twin seeks and the pilot offers"),
        Criterion.INTEREST: _("ranked interest"),
        Criterion.LANGUAGE: _("a language in common"),
        Criterion.SIZE: _("similar size"),
        Criterion.DISTANCE: _("short way"),
        Criterion.RECIPROCITY: _("what the pilot seeks and the twin offers"),
    }[criterion]


def value_words(value: Value, names: Names) -> list[str]:
    """The facts a value rests upon, each in a sentence."""
    if not value.known:
        return [_("Nothing is known about this; it counts half.")]
    return [_fact(fact, names) for fact in value.facts]


def _fact(fact: Fact, names: Names) -> str:
    if fact.kind is FactKind.TIMES_AS_LARGE:
        if fact.number <= 10:
            return _("About the same number of inhabitants.")
        times = {"times": number_format(fact.number / 10, 1)}
        return _("One has %(times)s times as many inhabitants as the other.") % times
    if fact.kind is FactKind.KILOMETRES:
        far = {"km": number_format(fact.number, use_l10n=True, force_grouping=True)}
        return _("%(km)s km from city to city.") % far
    none, some = _patterns(fact.kind)
    # With commas: names of domains have an "and" of their own.
    items = ", ".join(names.coded(fact.items))
    return some % {"items": items, "n": fact.number, "of": fact.of} if fact.number else none


def _patterns(kind: FactKind) -> tuple[str, str]:
    """Where there is none, and where there are some."""
    return {
        FactKind.SHARED_DOMAINS: (
            _("No emission domain in common."),
            _("Emission domains in common: %(items)s (%(n)d of the twin’s %(of)d)."),
        ),
        FactKind.SHARED_LEVERS: (
            _("No lever of change in common."),
            _("Levers of change in common: %(items)s (%(n)d of the twin’s %(of)d)."),
        ),
        FactKind.MET_DOMAINS: (
            _("What is offered is about other emission domains than what is sought."),
            _("Sought and offered: %(items)s (%(n)d of the %(of)d domains sought)."),
        ),
        FactKind.MET_WORDS: (
            _("The two texts have no telling word in common."),
            _("Words in both texts: %(items)s."),
        ),
        FactKind.RANK: (
            _("The twin did not name this pilot among its wishes."),
            _("The twin’s wish number %(n)d of %(of)d."),
        ),
        FactKind.LANGUAGES: (_("No language in common."), _("In common: %(items)s.")),
    }[kind]


def reason_label(reason: Reason) -> str:
    """In a word or two, for a table."""
    return {
        Reason.BARRED: _("not allowed"),
        Reason.TWIN_PINNED: _("pinned elsewhere"),
        Reason.NO_PLACES: _("no places"),
        Reason.PINS_FILL: _("places pinned to others"),
        Reason.FEWER: _("one city fewer would have a match"),
        Reason.MORE_CHANGES: _("more would have to change"),
        Reason.WORSE: _("the weakest match would fall"),
        Reason.LOWER: _("a lower total"),
        Reason.EQUAL: _("just as good"),
        Reason.MORE: _("one city more would have a match"),
        Reason.FEWER_CHANGES: _("less would have to change"),
        Reason.RAISED: _("the weakest match would rise"),
        Reason.BETTER: _("a higher total"),
    }[reason]


def missing_label(missing: Missing) -> str:
    """Why the pair is missing, for a table."""
    return bar_words(missing.bar) if missing.bar else reason_label(missing.reason)


def bar_words(bar: Bar) -> str:
    return {
        Bar.VETO: _("there is a veto against this pair"),
        Bar.NOT_ELIGIBLE: _("the pair is not eligible"),
        Bar.OWN_CITY: _("a city is never its own twin"),
    }[bar]


def missing_words(missing: Missing, names: Names) -> list[str]:
    """Why the pair is missing, what it would bring with it, and when it would be possible."""
    told = {"twin": names.twin(missing.twin), "pilot": names.pilot(missing.pilot)}
    sentences = []
    if missing.bar is not None:
        told["why"] = bar_words(missing.bar)
        sentences.append(_("%(twin)s and %(pilot)s cannot be matched: %(why)s.") % told)
        if missing.otherwise is not None:
            sentences.append(_without_veto(missing, missing.otherwise, names))
    else:
        sentences.append(_occupied(missing, names))
        sentences.append(_consequence(missing, missing.reason, names))
    sentences += _moves(missing, names)
    if missing.one_place_more:
        told_again = _("With one place more at %(pilot)s, nobody else would have to move.") % told
        sentences.append(told_again)
    return [sentence for sentence in sentences if sentence]


def _occupied(missing: Missing, names: Names) -> str:
    if not missing.occupants or len(missing.occupants) < missing.places:
        return ""
    told = {
        "pilot": names.pilot(missing.pilot),
        "n": missing.places,
        "twins": listed(names.twin(key) for key in missing.occupants),
    }
    return (
        ngettext(
            "%(pilot)s has one place, and %(twins)s has it.",
            "%(pilot)s has %(n)d places, and %(twins)s have them.",
            missing.places,
        )
        % told
    )


def _consequence(missing: Missing, reason: Reason, names: Names) -> str:
    told = {
        "twin": names.twin(missing.twin),
        "pilot": names.pilot(missing.pilot),
        "instead": names.pilot(missing.instead) if missing.instead is not None else "",
        "worst": names.points(missing.worst or 0),
        "loss": names.points(abs(missing.loss)),
    }
    changes = ngettext(
        "%(n)d of today's matches more would have to be given up.",
        "%(n)d of today's matches more would have to be given up.",
        missing.changes,
    ) % {"n": missing.changes}
    return {
        Reason.BARRED: "",
        Reason.TWIN_PINNED: _("%(twin)s is pinned to %(instead)s.") % told,
        Reason.NO_PLACES: _("%(pilot)s has no places.") % told,
        Reason.PINS_FILL: _("All places at %(pilot)s are pinned to others.") % told,
        Reason.FEWER: _("With this pair one city fewer would have a match."),
        Reason.MORE_CHANGES: changes,
        Reason.WORSE: _(
            "With this pair the weakest match of all would fall to %(worst)s points of 100."
        )
        % told,
        Reason.LOWER: _("With this pair the total would be lower by %(loss)s points.") % told,
        Reason.EQUAL: _("With this pair all would be just as good; the order of entry decided."),
        Reason.MORE: _("With this pair one city more would have a match."),
        Reason.FEWER_CHANGES: _("With this pair less of today's matches would change."),
        Reason.RAISED: _("With this pair the weakest match of all would rise to %(worst)s points.")
        % told,
        Reason.BETTER: _("With this pair the total would be higher by %(loss)s points.") % told,
    }[reason]


def _without_veto(missing: Missing, otherwise: Reason, names: Names) -> str:
    then = _consequence(missing, otherwise, names)
    # A name keeps its capital; "With this pair …" goes on inside a sentence.
    begins_with_name = otherwise in (Reason.TWIN_PINNED, Reason.NO_PLACES)
    inside = then if begins_with_name else then[:1].lower() + then[1:]
    return _("Without the veto: %(then)s") % {"then": inside}


def _moves(missing: Missing, names: Names) -> list[str]:
    return [move_words(move, names) for move in missing.moves]


def move_words(move: Move, names: Names) -> str:
    told = {"twin": names.twin(move.twin)}
    if move.from_pilot is not None:
        told["old"] = names.pilot(move.from_pilot)
    if move.to_pilot is None:
        return _("%(twin)s would lose its place at %(old)s.") % told
    told["new"] = names.pilot(move.to_pilot)
    if move.from_pilot is None:
        return _("%(twin)s, without a match now, would come to %(new)s.") % told
    return _("%(twin)s would move from %(old)s to %(new)s.") % told


def unmatched_words(unmatched: Unmatched, names: Names) -> list[str]:
    """The obstacle, then each single change that would take it away."""
    told = {"twin": names.twin(unmatched.twin)}
    sentences = _plight(unmatched, names)
    if unmatched.pilots:
        told["pilots"] = either(names.pilot(key) for key in unmatched.pilots)
        sentences.append(_("Possible with one place more at %(pilots)s.") % told)
    sentences += [
        _("Possible if the veto against %(twin)s and %(pilot)s were lifted.")
        % {"twin": names.twin(twin), "pilot": names.pilot(pilot)}
        for twin, pilot in unmatched.lifts
    ]
    sentences += [
        _("Possible if %(twin)s were not pinned to %(pilot)s.")
        % {"twin": names.twin(twin), "pilot": names.pilot(pilot)}
        for twin, pilot in unmatched.releases
    ]
    if unmatched.lifts_with_place:
        told["pilots"] = either(names.pilot(key) for key in unmatched.lifts_with_place)
        sentences.append(
            _("Possible if the veto were lifted and there were one place more at %(pilots)s.")
            % told
        )
    return sentences


def _plight(unmatched: Unmatched, names: Names) -> list[str]:
    told = {"twin": names.twin(unmatched.twin)}
    if unmatched.plight is Plight.NOTHING_ALLOWED:
        sentences = [_("No pilot is allowed for %(twin)s.") % told]
        for keys, pattern in (
            (unmatched.not_eligible, _("Not eligible: %(pilots)s.")),
            (unmatched.own_city, pgettext("matching", "Its own city: %(pilots)s.")),
        ):
            if keys:
                sentences.append(pattern % {"pilots": listed(map(names.pilot, keys))})
        return sentences
    told["pilots"] = listed(map(names.pilot, unmatched.pilots))
    sentences = [_("Every pilot that could make room for %(twin)s is full: %(pilots)s.") % told]
    others = [names.twin(key) for key in unmatched.rivals if key != unmatched.twin]
    if others:
        open_places = unmatched.places - unmatched.pinned
        sentences.append(
            ngettext(
                "There, one place is not pinned, and %(others)s can be nowhere else either.",
                "There, %(n)d places are not pinned, and %(others)s can be nowhere else either.",
                open_places,
            )
            % {"n": open_places, "others": listed(others)}
        )
    elif unmatched.pinned:
        sentences.append(_("All places there are pinned to others."))
    else:
        sentences.append(_("There are no places there."))
    return sentences


def conflict_words(conflict: Conflict, names: Names) -> str:
    """Why the pins cannot all hold."""
    told = {
        "twins": listed(map(names.twin, conflict.twins)),
        "pilots": listed(map(names.pilot, conflict.pilots)),
        "n": conflict.places,
        "why": bar_words(conflict.bar) if conflict.bar else "",
    }
    return {
        Obstacle.TWO_PINS: _("%(twins)s is pinned to %(pilots)s at once.") % told,
        Obstacle.PIN_ON_VETO: _("%(twins)s is pinned to %(pilots)s, but %(why)s.") % told,
        Obstacle.PINS_OVER_PLACES: ngettext(
            "More are pinned to %(pilots)s than its %(n)d place: %(twins)s.",
            "More are pinned to %(pilots)s than its %(n)d places: %(twins)s.",
            conflict.places,
        )
        % told,
        Obstacle.PIN_ON_ABSENT: _(
            "%(twins)s is pinned to %(pilots)s, but one of them is not in this run."
        )
        % told,
    }[conflict.kind]
