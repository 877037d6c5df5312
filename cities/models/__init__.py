from cities.models.memberships import Membership, OfferedMembership
from cities.models.places import City, Organisation, Wish
from cities.models.programmes import Participation, Programme
from cities.models.taxonomy import Domain, KnowledgeArea, Lever

__all__ = [
    "City",
    "Domain",
    "KnowledgeArea",
    "Lever",
    "Membership",
    "OfferedMembership",
    "Organisation",
    "Participation",
    "Programme",
    "Wish",
]
