from hub.models import Report
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.moderation import one_more_report


def no_reports(world: World) -> None:
    Report.objects.all().delete()


PAGES = [
    Page(
        "report-list",
        kind="list",
        row=one_more_report,
        roles=("coordinator",),
        states={"empty": State(prepare=no_reports), "all": State(query="?state=all")},
    ),
    Page(
        "report-new",
        {"subject": "article_public.subject"},
        kind="form",
        roles=("visitor", "staff"),
        states={"error": State(send={"why": ""})},
    ),
    Page(
        "report",
        {"pk": "report_open.pk"},
        roles=("coordinator",),
        queries=8,
        name="report open",
        states={"error": State(send={"reason": ""})},
    ),
    Page("report", {"pk": "report_open.pk"}, roles=("foreign",), queries=8, name="report own"),
    Page(
        "report",
        {"pk": "report_upheld.pk"},
        roles=("coordinator", "staff"),
        queries=8,
        name="report upheld",
    ),
    Page(
        "report",
        {"pk": "report_appealed.pk"},
        roles=("admin", "staff"),
        queries=8,
        name="report appealed",
    ),
]
