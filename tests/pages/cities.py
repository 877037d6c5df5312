from cities.models import City, Wish
from tests.pages import Page, State
from tests.worlds import World
from tests.worlds.cities import no_cities_in_syd, one_more_city

LUND = {"slug": "lund.slug"}
SYD = {"slug": "syd.slug"}


def no_wishes(world: World) -> None:
    Wish.objects.all().delete()


def bare_city(world: World) -> None:
    no_wishes(world)
    City.objects.filter(pk=world.cast.lund.pk).update(
        neutral_by=None, population=None, about="", website=""
    )
    world.cast.lund.facts.all().delete()
    world.cast.lund.domains.clear()


PAGES = [
    Page(
        "city-list",
        kind="list",
        row=one_more_city,
        states={
            "filtered": State(query="?country=SE&role=core"),
            "nothing found": State(query="?q=nowhere"),
            "unknown choice": State(query="?country=XX"),
        },
    ),
    # Seeks and offers, domains, levers, figures and roles, and what other rooms' panels ask.
    Page(
        "city",
        LUND,
        roles=("visitor", "lead", "staff"),
        queries=14,
        states={"empty": State(prepare=bare_city)},
    ),
    Page(
        "city-profile",
        LUND,
        kind="form",
        roles=("lead",),
        queries=10,
        states={"error": State(send={"neutral_by": "2035", "neutral_by_source": ""})},
    ),
    Page("organisation", {"slug": "university.slug"}),
    Page(
        "programme",
        SYD,
        roles=("visitor", "coordinator"),
        queries=8,
        states={"empty": State(prepare=no_cities_in_syd)},
    ),
    Page(
        "participation-new",
        SYD,
        kind="form",
        roles=("coordinator",),
        states={"error": State(send={"starts_on": "2027-05-01", "last_day": "2027-04-01"})},
    ),
    Page(
        "participation-ending",
        SYD | {"pk": "participation_syd.pk"},
        kind="form",
        roles=("coordinator",),
        states={"error": State(send={"last_day": "2020-01-01"})},
    ),
]
