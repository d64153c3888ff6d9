"""What could not be compared, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways.razorpay.client import PAGE
from webhooks.reconciling import places
from webhooks.reconciling.places import Question

Words = Sentence | str

MOST = 10  # that are named; the others are counted

PAGES = {
    places.PAYMENTS: gettext_noop("payments %(first)s to %(last)s of Razorpay's list"),
    places.REFUNDS: gettext_noop("refunds %(first)s to %(last)s of Razorpay's list"),
}


def names(questions: list[Question]) -> Words:
    """One or more, each once: several questions may be about one object."""
    known = list({str(name): name for name in map(name_of, questions)}.values())
    said = listed(known[:MOST])
    if len(known) > MOST:
        return say(gettext_noop("%(some)s and %(n)s more"), some=said, n=len(known) - MOST)
    return said


def name_of(question: Question) -> Words:
    """Razorpay's id, or where in a list it lies."""
    name, *given = question
    if name == "disputes":
        return say(gettext_noop("Razorpay's list of disputes"))
    if name in places.OF_PAGES:
        stage, skip = given
        return say(PAGES[stage], first=skip + 1, last=skip + PAGE)
    # A token is named behind its customer.
    return str(given[1] if name == "token" else given[0])


def listed(parts: Sequence[Words]) -> Words:
    """One after the other."""
    found = parts[0]
    for part in parts[1:]:
        found = say(gettext_noop("%(some)s, %(more)s"), some=found, more=part)
    return found
