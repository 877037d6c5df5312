from tests.pages import Page, State
from tests.worlds.twinning import no_groups, one_more_group

PAGES = [
    Page(
        "twinning",
        kind="list",
        row=one_more_group,
        states={
            "empty": State(prepare=no_groups),
            "filtered": State(query="?cohort=1"),
            "nothing found": State(query="?q=nowhere"),
        },
    ),
    Page("group", {"slug": "group_public.slug"}, queries=22),
    Page("group", {"slug": "group_cluster.slug"}, queries=22, name="group with a cluster"),
]
