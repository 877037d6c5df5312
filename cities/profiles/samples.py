"""What sample people say of themselves, and a question from one to another."""

from django.db.models import Q

from cities.asking import actions as asking
from cities.asking import reporting
from cities.enums import Circle, Way
from cities.models import Contact, Domain, Inquiry, Lever, Profile, Refusal
from cities.profiles import actions
from cities.profiles.documents import put_people
from hub import samples
from hub.enums import Listing

#: First part of the address → title, what they know, help with, seek; domains, levers; languages.
SAID: dict[str, tuple[str, str, str, str, list[str], list[str], list[str]]] = {
    "coordinator": (
        "Programkoordinator", "lärande mellan städer, ansökningar, uppföljning",
        "Att hitta rätt stad att lära av", "", [], ["learning", "governance"], ["sv", "en"],
    ),
    "lead.lund": (
        "Klimatstrateg", "fjärrvärme, restvärme, klimatkontrakt",
        "Avtal om restvärme från forskningsanläggningar", "Renovering av små flerbostadshus",
        ["energy", "buildings"], ["governance", "finance"], ["sv", "en", "de"],
    ),
    "staff.malmo": (
        "Projektledare, klimatneutralt byggande", "byggherredialog, fossilfria byggplatser",
        "Lokala färdplaner", "Plast i avfall som bränns", ["buildings", "waste"],
        ["social-innovation"], ["sv", "en"],
    ),
    "researcher": (
        "Companion researcher", "district heating, energy transitions, learning from practice",
        "Reading your case note with you", "Cities that measure what did not work",
        ["energy"], ["learning"], ["en", "sv"],
    ),
    "lead.helsingborg": (
        "Mobilitetsstrateg", "samlastning, stadslogistik", "Samlastning i innerstaden", "",
        ["mobility"], ["governance"], ["sv"],
    ),
    "staff.leuven": (
        "Energy planner", "heat networks, citizen cooperatives", "Founding a city-wide non-profit",
        "Sharing power on building sites", ["energy", "buildings"], ["democracy"], ["nl", "en"],
    ),
}  # fmt: skip
#: Lets visitors find them.
OPEN = "researcher"
ASKER, ASKED = "staff.leuven", "lead.lund"
QUESTION = (
    "We plan to take surplus heat from a laboratory. Who signed your contract, and what would "
    "you write differently today?"
)


def load() -> None:
    """What is there already stays as it is."""
    for address, said in SAID.items():
        if not Profile.objects.filter(user=samples.person(address)).exists():
            _say(address, *said)
    put_people()
    asker, asked = samples.person(ASKER), samples.person(ASKED)
    if not Inquiry.objects.filter(asker=asker, asked=asked).exists():
        asking.ask(by=asker, person=asked, text=QUESTION)


def _say(
    address: str,
    title: str,
    expertise: str,
    offers: str,
    seeks: str,
    domains: list[str],
    levers: list[str],
    languages: list[str],
) -> None:
    user = samples.person(address)
    profile = Profile(
        title=title, expertise=expertise, offers=offers, seeks=seeks, languages=languages
    )
    actions.record(
        profile=profile,
        listing=Listing.PUBLIC if address == OPEN else Listing.SIGNED_IN,
        contacts={Way.EMAIL: (user.email, Circle.PROGRAMMES)},
        terms={
            "domains": Domain.objects.filter(code__in=domains),
            "levers": Lever.objects.filter(code__in=levers),
        },
        by=user,
    )


def remove() -> None:
    theirs = samples.people()
    reporting.bring_back_what_was_taken_down_by(theirs)
    inquiries = Inquiry.objects.filter(Q(asker__in=theirs) | Q(asked__in=theirs))
    samples.forget(*(inquiry.subject for inquiry in inquiries))
    inquiries.delete()
    Refusal.objects.filter(Q(person__in=theirs) | Q(refused__in=theirs)).delete()
    for profile in Profile.objects.filter(user__in=theirs):
        actions.forget(profile)
    Contact.objects.filter(user__in=theirs).delete()
    samples.forget(*(user.subject for user in theirs))
