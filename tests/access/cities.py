from tests.access import EVERYBODY, Row, only
from tests.worlds.cities import empty_rows

LUND = {"slug": "lund.slug"}
SYD = {"slug": "syd.slug"}
MALMO_IN_SYD = SYD | {"pk": "participation_syd.pk"}

ROWS = [
    Row("city-list", get=EVERYBODY),
    Row("city-list", query="?country=SE&role=core&q=heat&page=1", get=EVERYBODY),
    Row("city-list", query="?country=XX&mission=maybe&page=999", get=EVERYBODY),
    Row("city", LUND, get=EVERYBODY),
    Row("organisation", {"slug": "university.slug"}, get=EVERYBODY),
    Row("organisation", {"slug": "organisation_part.slug"}, get=EVERYBODY),
    Row("programme", SYD, get=EVERYBODY),
    Row(
        "city-profile",
        LUND,
        get=only("lead", "admin"),
        post=only("lead", "admin", then=302),
        data=empty_rows(),
    ),
    Row(
        "participation-new",
        SYD,
        get=only("coordinator", "admin"),
        post=only("coordinator", "admin", then=302),
        data=lambda world: {
            "city": str(world["leuven"].pk),
            "role": "twin",
            "starts_on": "2027-01-01",
        },
    ),
    Row(
        "participation-ending",
        MALMO_IN_SYD,
        get=only("coordinator", "admin"),
        post=only("coordinator", "admin", then=302),
        data={"last_day": "2027-06-30"},
    ),
]
