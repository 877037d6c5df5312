import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.atlas import Atlas
from cities.forms import ANY, Filter
from cities.models import City
from hub.forms.addresses import WebAddress
from hub.forms.days import Day
from hub.models import User
from knowledge.enums import FlagKind
from knowledge.forms.fields import LineField
from knowledge.models import Article
from knowledge.models.upkeep import LONGEST_ADDRESS
from knowledge.upkeep import radar
from knowledge.upkeep.dates import LONGEST_YEARS, in_months, today
from knowledge.upkeep.permissions import keepers

if TYPE_CHECKING:
    from hub.access import Reader

STILL_TRUE, DOUBT, ARCHIVE, HAND_OVER = "still-true", "doubt", "archive", "hand-over"
#: What stands under the one button for "still true".
OTHERS = [
    (DOUBT, gettext_lazy("It may be out of date: readers are told so, with your words")),
    (ARCHIVE, gettext_lazy("It is no longer true: archive it, with your words")),
    (HAND_OVER, gettext_lazy("Somebody else should answer for it")),
]


class AnswerForm(forms.Form):
    """How true a text still is; `still-true` comes from a button of its own and asks nothing."""

    answer = forms.ChoiceField(
        label=gettext_lazy("How is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the answers.")},
    )
    receiver = forms.ChoiceField(
        label=gettext_lazy("Who instead"),
        help_text=gettext_lazy("Only if somebody else should answer for it."),
        required=False,
    )
    words = LineField(
        label=gettext_lazy("Why, in a sentence"),
        help_text=gettext_lazy("Readers see it. To a colleague it goes with your question."),
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any, *, article: Article, may_hand_over: bool) -> None:
        super().__init__(data)
        people = [user for user in keepers(article) if user.is_listed] if may_hand_over else []
        self.people = {str(person.pk): person for person in people}
        offered = OTHERS if self.people else OTHERS[:-1]
        answer = cast("forms.ChoiceField", self.fields["answer"])
        answer.choices = [(STILL_TRUE, gettext_lazy("It is still true")), *offered]
        answer.widget.choices = offered
        if not self.people:
            del self.fields["receiver"]
            return
        named = [(pk, str(person)) for pk, person in self.people.items()]
        nobody = [("", gettext_lazy("Choose a person"))]
        cast("forms.ChoiceField", self.fields["receiver"]).choices = [*nobody, *named]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        answer = data.get("answer")
        if answer in (DOUBT, ARCHIVE) and not data.get("words") and "words" not in self.errors:
            self.add_error("words", _("Say in a sentence why: readers see it."))
        if answer == HAND_OVER and not data.get("receiver") and "receiver" not in self.errors:
            self.add_error("receiver", _("Choose who should answer for it."))
        return data

    def chosen(self) -> User:
        return self.people[self.cleaned_data["receiver"]]


class DateForm(forms.Form):
    review_by = Day(label=gettext_lazy("To be checked by"))

    def clean_review_by(self) -> dt.date:
        day: dt.date = self.cleaned_data["review_by"]
        if not today() < day <= in_months(today(), 12 * LONGEST_YEARS):
            raise ValidationError(_("Give a day after today, within the next five years."))
        return day


class FigureForm(forms.Form):
    figure = LineField(
        label=gettext_lazy("The newer figure"),
        help_text=gettext_lazy(
            "With its unit and year, and which figure of the text it is newer than."
        ),
        max_length=300,
    )
    source = WebAddress(
        label=gettext_lazy("Where the figure is published"),
        help_text=gettext_lazy("An address that begins with https://"),
        max_length=LONGEST_ADDRESS,
    )

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"])
        if not source.lower().startswith("https://"):
            raise ValidationError(_("Give an address that begins with https://"))
        return source


class FigureAnswerForm(forms.Form):
    """Each report on a page has its own; `declined` needs a reason."""

    reason = LineField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("Only if you decline it. Who reported it reads it."),
        max_length=300,
        required=False,
    )
    answer = forms.ChoiceField(
        choices=[("taken", ""), ("declined", "")], widget=forms.HiddenInput, required=True
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "declined" and not data.get("reason"):
            self.add_error("reason", _("Say in a sentence why you decline it."))
        return data

    def declined_because(self) -> str:
        """ "" where it is taken over."""
        is_declined = self.cleaned_data["answer"] == "declined"
        return str(self.cleaned_data["reason"]) if is_declined else ""


class RadarFilter(Filter):
    flag = forms.ChoiceField(
        label=gettext_lazy("Why it is listed"), required=False, choices=[ANY, *FlagKind.choices]
    )
    city = forms.ChoiceField(label=gettext_lazy("City"), required=False)
    programme = forms.ChoiceField(label=gettext_lazy("Programme"), required=False)

    def __init__(self, data: Any, atlas: Atlas, user: "Reader") -> None:
        super().__init__(data)
        mine = radar.reach(user).exclude(city=None).order_by().values("city")
        cities = City.objects.filter(pk__in=mine).in_order()
        self.choose("city", list(cities.values_list("slug", "name")))
        self.choose("programme", [(p.slug, p.name) for p in atlas.programmes])
