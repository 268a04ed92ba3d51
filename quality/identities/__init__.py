"""Synthetic identities: seeded people, numbers, addresses and devices that belong to nobody on purpose.

For canaries, surrogates, samples and demo data. Forms and check digits are real, so that recognisers can be tested;
every likeness to a living person, number or address is accident.
"""

from quality.identities.draw import Draw
from quality.identities.people import Person

__all__ = ["Draw", "Person"]
