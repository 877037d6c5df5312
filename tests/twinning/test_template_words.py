"""What a programme writes into its template is shown to others as words, never as markup."""

from cities.enums import Role
from cities.models import Domain, Membership
from cities.twinning.actions import form_group
from cities.twinning.applications import actions as applying
from cities.twinning.models import Review
from cities.twinning.plans import actions as plans
from cities.twinning.reviews import actions as reviewing
from cities.twinning.schemes import actions as schemes
from tests.cities.test_city_pages import SignIn
from tests.conftest import Cast
from tests.twinning.making import domain, made, whole
from tests.twinning.plans.conftest import PERIOD
from tests.worlds.calls import scheme_of

__all__ = ["domain"]
EVIL = '<img src=x onerror="alert(1)"><b>bold</b>'
SHOWN = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&lt;b&gt;bold&lt;/b&gt;"


def test_hints_of_a_template_are_words(cast: Cast, sign_in: SignIn, domain: Domain) -> None:
    scheme_of(cast.syd)
    draft = schemes.begin(programme=cast.syd, by=cast.carol)
    for rows in (draft.questions, draft.criteria, draft.plan_sections):
        rows.update(text_en=EVIL, text_sv=EVIL)
    schemes.settle(scheme=draft)
    Membership.objects.create(user=cast.rita, programme=cast.syd, role=Role.REVIEWER)
    call = made(cast)
    it = whole(call, cast.lund, cast.bob)
    answers = sign_in(cast.bob).get(f"{it.get_absolute_url()}answers/")
    it = applying.submit(application=it, by=cast.bob)
    reviewing.assign(call=call, pairs=[(it, cast.rita)], by=cast.carol)
    reviewing.declare(call=call, conflicts={}, by=cast.rita)
    review = sign_in(cast.rita).get(Review.objects.get().get_absolute_url())
    group = form_group(
        programme=cast.syd, pilots=[cast.malmo], twins=[cast.lund], cohort=1, period=PERIOD
    )
    plan = plans.begin(by=cast.bob, group=group, city=cast.lund)
    writing = sign_in(cast.bob).get(f"{plan.get_absolute_url()}writing/")
    for page in (answers, review, writing):
        assert page.status_code == 200
        assert SHOWN in page.content.decode()
        assert EVIL not in page.content.decode()
