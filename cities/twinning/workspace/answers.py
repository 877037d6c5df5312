"""The links in a mail by which a city says how its twinning goes, without signing in.

Each is signed for one person, one check, one city and, where it names one, one of the three
answers; it ends after a while and with the person's time in the city. Looking writes nothing:
the page asks for one press.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from cities.models import City
from cities.twinning.enums import Fit, GroupState
from cities.twinning.models import FitCheck
from cities.twinning.workspace.permissions import can_speak_for
from hub.models import User

SALT = "twinning.fit"
LASTS = timedelta(days=60)


@dataclass(frozen=True)
class Asked:
    user: User
    check: FitCheck
    city: City
    answer: str


def url_for(user: User, check: FitCheck, city: City, answer: str) -> str:
    token = signing.dumps([check.pk, city.pk, user.pk, answer], salt=SALT)
    return str(settings.BASE_URL) + reverse("fit-answer", args=[token])


def read(token: str) -> Asked | None:
    """Who is asked about what; None where it is forged, too old, or no longer theirs to say."""
    try:
        check_id, city_id, user_id, answer = signing.loads(token, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.with_keys().filter(pk=user_id, is_active=True).first()
    check = FitCheck.objects.select_related("group__programme").filter(pk=check_id).first()
    city = City.objects.filter(pk=city_id, group_roles__group__fit_checks=check_id).first()
    if user is None or check is None or city is None or answer not in ["", *Fit.values]:
        return None
    if check.group.state != GroupState.ACTIVE or not can_speak_for(user, check.group, city):
        return None
    return Asked(user, check, city, answer)
