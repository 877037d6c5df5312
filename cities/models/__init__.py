from cities.models.atlas import AtlasVersion
from cities.models.inquiries import Inquiry, InquiryMessage, Refusal
from cities.models.memberships import Membership, OfferedMembership
from cities.models.places import City, CityFact, Organisation
from cities.models.profiles import Contact, Profile
from cities.models.programmes import Participation, Programme
from cities.models.taxonomy import Domain, KnowledgeArea, Lever
from cities.models.wishes import Wish

__all__ = [
    "AtlasVersion",
    "City",
    "CityFact",
    "Contact",
    "Domain",
    "Inquiry",
    "InquiryMessage",
    "KnowledgeArea",
    "Lever",
    "Membership",
    "OfferedMembership",
    "Organisation",
    "Participation",
    "Profile",
    "Programme",
    "Refusal",
    "Wish",
]
