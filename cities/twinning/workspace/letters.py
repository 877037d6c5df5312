"""The mail that asks a city how its twinning goes, composed at the moment it leaves."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from cities.twinning.enums import Fit, GroupState
from cities.twinning.models import FitAnswer, FitCheck
from cities.twinning.workspace import answers
from cities.twinning.workspace.permissions import can_speak_for
from cities.twinning.workspace.sweeping import FIT
from hub import delivery
from hub.delivery import Letter, Skip
from hub.delivery.frame import drawn
from hub.models import Delivery

GONE = gettext_lazy("The twin group is no longer there, or is over.")
ANSWERED = gettext_lazy("The question was answered first.")
NOT_THEIRS = gettext_lazy("This person no longer works for the city.")


def register() -> None:
    delivery.register(FIT, label=gettext_lazy("How does your twinning go?"), compose=fit_check)


def fit_check(row: Delivery) -> Letter | Skip:
    check_id, city_id = (int(number) for number in row.event.removeprefix("fit:").split(":"))
    check = FitCheck.objects.select_related("group__programme").filter(pk=check_id).first()
    city = City.objects.filter(pk=city_id).first()
    user = row.user
    if check is None or city is None or user is None or check.group.state != GroupState.ACTIVE:
        return Skip(GONE)
    if FitAnswer.objects.filter(check_of=check, city=city).exists():
        return Skip(ANSWERED)
    if not can_speak_for(user, check.group, city):
        return Skip(NOT_THEIRS)
    choices = [(Fit(v).label, answers.url_for(user, check, city, v)) for v in Fit.values]
    context = {
        "group": check.group,
        "city": city,
        "check": check,
        "is_again": check.asks > 1,
        "choices": choices,
        "action_url": answers.url_for(user, check, city, ""),
    }
    subject = _("How does your twinning go: %(group)s?") % {"group": check.group.title}
    return drawn(row, "twinning/mail/fit_check", subject, context)
