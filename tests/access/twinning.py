from tests.access import EVERYBODY, Row

ROWS = [
    Row("twinning", get=EVERYBODY),
    Row("twinning", query="?cohort=1&country=SE&q=lund", get=EVERYBODY),
    Row("twinning", query="?cohort=x&state=lost&page=-1", get=EVERYBODY),
    Row("group", {"slug": "group_public.slug"}, get=EVERYBODY),
    Row("group", {"slug": "group_cluster.slug"}, get=EVERYBODY),
]
