"""Sample people with their roles, and a few wishes; roles as names, never real people."""

from allauth.account.models import EmailAddress
from django.db.models import Q

from cities import reporting
from cities.actions import record_profile
from cities.documents import put_cities, put_wish
from cities.enums import Role, WishKind
from cities.models import City, Domain, Membership, Organisation, Participation, Programme, Wish
from cities.needs import actions as needs
from cities.profiles import samples as people
from hub import samples
from hub.models import User

SYD = ("programme", "learning-hub-syd")
TWINNING = ("programme", "twinning-learning-programme")
Held = tuple[tuple[str, str], Role]

#: First part of the address → name and roles.
PEOPLE: dict[str, tuple[str, list[Held]]] = {
    "coordinator": (
        "Coordinator (sample)",
        [(SYD, Role.COORDINATOR), (TWINNING, Role.COORDINATOR)],
    ),
    "lead.lund": (
        "City lead, Lund (sample)",
        [(("city", "lund"), Role.LEAD), (SYD, Role.TRANSITION_TEAM)],
    ),
    "staff.malmo": (
        "City staff, Malmö (sample)",
        [(("city", "malmo"), Role.STAFF), (SYD, Role.TRANSITION_TEAM)],
    ),
    "researcher": (
        "Researcher, Lund University (sample)",
        [(("organisation", "lund-university"), Role.RESEARCHER), (SYD, Role.TRANSITION_TEAM)],
    ),
    "reviewer": ("Reviewer (sample)", [(TWINNING, Role.REVIEWER)]),
    "admin": ("Platform admin (sample)", []),
}
#: More of the transition team: they fill the Labs but need no log-in of their own.
COLLEAGUES: dict[str, tuple[str, list[Held]]] = {
    f"{role}.{city}": (
        f"{title}, {name} (sample)",
        [(("city", city), member), (SYD, Role.TRANSITION_TEAM)],
    )
    for role, title, member, city, name in (
        ("staff", "City staff", Role.STAFF, "lund", "Lund"),
        ("lead", "City lead", Role.LEAD, "malmo", "Malmö"),
        ("lead", "City lead", Role.LEAD, "helsingborg", "Helsingborg"),
        ("staff", "City staff", Role.STAFF, "helsingborg", "Helsingborg"),
        ("staff", "City staff", Role.STAFF, "landskrona", "Landskrona"),
        ("staff", "City staff", Role.STAFF, "hoganas", "Höganäs"),
        ("staff", "City staff", Role.STAFF, "hoor", "Höör"),
        ("staff", "City staff", Role.STAFF, "lomma", "Lomma"),
    )
} | {
    "staff.leuven": ("City staff, Leuven (sample)", [(("city", "leuven"), Role.STAFF)]),
    "staff.plymouth": ("City staff, Plymouth (sample)", [(("city", "plymouth"), Role.STAFF)]),
}
WISHES = (
    ("lund", "seeks", "buildings", "lead.lund",
     "Hur får vi ägare till små flerbostadshus att renovera tillsammans?"),
    ("lund", "offers", "energy", "lead.lund",
     "Så kom restvärme från forskningsanläggningar in i fjärrvärmen"),
    ("malmo", "seeks", "waste", "staff.malmo",
     "Vem har minskat plasten i avfallet som bränns, och hur mycket?"),
    ("malmo", "offers", "buildings", "staff.malmo",
     "En lokal färdplan för klimatneutralt byggande med byggherrarna vid bordet"),
    ("helsingborg", "seeks", "mobility", "lead.helsingborg",
     "Vad får företag att samlasta sina leveranser i innerstaden?"),
    ("landskrona", "seeks", "industry", "staff.landskrona",
     "Hur talar en liten stad om klimatmål med sina största industrier?"),
    ("hoganas", "seeks", "energy", "staff.hoganas",
     "Hur mycket laddning behöver en pendlarort, och vem ska bygga den?"),
    ("hoor", "offers", "land", "staff.hoor",
     "Mat från bygdens gårdar i skolan: avtal, menyer och vad som gick snett"),
    ("lomma", "seeks", "consumption", "staff.lomma",
     "How do we speak with wealthy residents about what they buy and how they fly?"),
)  # fmt: skip

#: What a lead has said that the city has, and does not have; easily checked facts.
CONDITIONS: tuple[tuple[str, str, list[str], list[str]], ...] = (
    ("lund", "lead.lund", ["district-heating", "university"], ["port"]),
    ("malmo", "lead.malmo", ["district-heating", "port", "university"], []),
)
#: Who asks whom.
QUESTIONS = (
    ("leuven", "malmo", "buildings", "staff.leuven", "en",
     "How did you get the builders to share one power connection on a site?"),
    ("lomma", "hoor", "land", "staff.lomma", "sv",
     "Vad sa köken när ni bytte leverantör mitt i terminen?"),
)  # fmt: skip


def load() -> None:
    for address, (name, held) in (PEOPLE | COLLEAGUES).items():
        _load_person(address, name, held)
    samples.passwords_for([samples.person(address) for address in PEOPLE])
    people.load()
    if not Wish.objects.filter(is_sample=True).exists():
        _load_wishes()


def _load_person(address: str, name: str, held: list[Held]) -> None:
    email = f"{address}@{samples.DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is not None and not user.is_sample:
        raise samples.Refused(
            f"{email} belongs to a real account here, so the sample hub cannot use it."
        )
    if user is None:
        user = User.objects.create_user(
            email, name=name, is_sample=True, is_admin=address == "admin"
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    for (kind, slug), role in held:
        place = {"city": City, "organisation": Organisation, "programme": Programme}[kind]
        where = {kind: place._default_manager.get(slug=slug), "role": role}
        if not Membership.objects.current().filter(user=user, **where).exists():
            Membership.objects.create(user=user, **where)


def _load_wishes() -> None:
    for slug, kind, domain, address, text in WISHES:
        needs.state(
            city=City.objects.get(slug=slug),
            kind=WishKind(kind),
            text=text,
            domains=[Domain.objects.get(code=domain)],
            by=samples.person(address),
            language="en" if slug == "lomma" else "sv",
            is_sample=True,
        )
    for slug, address, has, lacks in CONDITIONS:
        city = City.objects.get(slug=slug)
        City.objects.filter(pk=city.pk).update(has=has, lacks=lacks)
        record_profile(city=city, by=samples.person(address))
    for slug, asked, domain, address, language, text in QUESTIONS:
        needs.state(
            city=City.objects.get(slug=slug),
            kind=WishKind.SEEKS,
            text=text,
            domains=[Domain.objects.get(code=domain)],
            by=samples.person(address),
            asked=City.objects.get(slug=asked),
            language=language,
            is_sample=True,
        )


def remove() -> None:
    """What was brought, and what sample people stated or edited since."""
    theirs = samples.people()
    people.remove()
    gone = Wish.objects.filter(Q(is_sample=True) | Q(stated_by__in=theirs))
    samples.forget(*(f"wish:{pk}" for pk in gone.values_list("pk", flat=True)))
    gone.delete()
    reporting.bring_back_what_was_taken_down_by(theirs)
    for wish in Wish.objects.filter(closed_by__in=theirs).with_places():
        put_wish(wish)
    Wish.objects.filter(closed_by__in=theirs).update(closed_by=None, closed_at=None)
    Participation.objects.filter(added_by__in=theirs).delete()
    Membership.objects.filter(started_by__in=theirs).update(started_by=None)
    for city in City.objects.filter(changed_by__in=theirs):
        _forget_profile(city)
    put_cities()


def _forget_profile(city: City) -> None:
    """The words of a sample lead go; figures that were shipped stay where they are."""
    city.facts.all().delete()
    city.domains.clear()
    city.levers.clear()
    city.about = ""
    city.has, city.lacks = [], []
    city.changed_by = city.changed_at = None
    city.save(update_fields=["about", "has", "lacks", "changed_by", "changed_at"])
