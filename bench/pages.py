"""What is measured: name, address (with {slug} of the generated rows), budget."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page and its goals: share of the reference's requests/s, CPU as a multiple of its."""

    name: str
    path: str
    #: Model whose slugs fill `{slug}`: "city", "lab", "article"; "largest" is one Lab.
    of: str = ""
    share: float = 0.70
    cpu: float = 1.4
    #: Who opens it: "visitor", "member" of a city, "coordinator" of all programmes.
    readers: tuple[str, ...] = ("visitor", "member")


PAGES = [
    Page("home", "/", share=0.55, cpu=1.8),
    Page("city list", "/cities/"),
    Page("city", "/cities/{slug}/", of="city", share=0.55, cpu=1.8),
    Page("Lab list", "/labs/"),
    Page("Lab, 30 agenda items, 200 registered", "/labs/{slug}/", of="lab", share=0.50, cpu=2.0),
    Page("Lab, 2,000 registered", "/labs/{slug}/", of="largest", share=0.50, cpu=2.0,
         readers=("visitor", "member", "coordinator")),
    Page("feed of the Labs", "/labs/calendar.ics", readers=("visitor",)),
    Page("article list", "/knowledge/"),
    Page("article with 30 comments", "/knowledge/{slug}/", of="article", share=0.55, cpu=1.8),
    Page("search, common word", "/search/?q=heating", share=0.60, cpu=1.7),
    Page("search, rare word", "/search/?q=biochar", share=0.60, cpu=1.7),
]  # fmt: skip
