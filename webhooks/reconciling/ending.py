"""A run ends: what came of it, and what the seller is told."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Problem, Reconciliation
from gateways.razorpay import errors
from webhooks.reconciling import runs
from webhooks.reconciling.asker import Asker
from webhooks.reconciling.lists import is_up_to_now
from webhooks.reconciling.naming import listed, names
from webhooks.reconciling.places import Place

State = Reconciliation.State
KIND = Problem.Kind.MISSED_EVENTS
# A run of the next day clears what one of today told: a seller who compares again at once has had
# no time to read it.
STANDS = timedelta(hours=20)

KINDS = {
    "payment": gettext_noop("payments: %(n)s"),
    "refund": gettext_noop("refunds: %(n)s"),
    "invoice": gettext_noop("invoices: %(n)s"),
    "subscription": gettext_noop("subscriptions: %(n)s"),
}


@transaction.atomic
def finish(asker: Asker) -> None:
    """It has seen everything, but for what had to be set aside. That it ended is kept together with
    what the seller is told. Raises Overtaken."""
    asker.run.mended = runs.brought(asker.run)
    end(asker, State.DONE, outcome(asker))
    if not asker.run.subject and not tell_of_missed(asker.run) and is_up_to_now(asker.run):
        standing = problems.standing(asker.run.gateway, KIND, "")
        old = standing.filter(last_seen_at__lte=timezone.now() - STANDS)
        old.update(cleared_at=timezone.now())


@transaction.atomic
def stop(asker: Asker, why: Sentence) -> None:
    """It cannot go on. Raises Overtaken."""
    end(asker, State.STOPPED, why)
    if asker.gateway.is_connected:
        tell_of_missed(asker.run)


def end(asker: Asker, state: str, said: Sentence) -> None:
    asker.keep(state=state, outcome=said, finished_at=timezone.now(), work_at=None)
    asker.run.refresh_from_db()


@transaction.atomic
def stop_by_hand(run: Reconciliation, person: User) -> bool:
    """False if it has ended already. Whoever works on it notices with its next step."""
    said = say(gettext_noop("Stopped by %(person)s."), person=str(person))
    stopped = Reconciliation.objects.filter(pk=run.pk, finished_at=None).update(
        state=State.STOPPED, outcome=said, finished_at=timezone.now(), work_at=None
    )
    run.refresh_from_db()
    if stopped:
        tell_of_missed(run)
    return bool(stopped)


def outcome(asker: Asker) -> Sentence:
    """One sentence on what was found, and one on what could not be looked at."""
    run, place = asker.run, asker.place
    if not place.skipped:
        return found(run, place)
    if not place.looked_at:
        return say(gettext_noop("Could not be compared: %(names)s."), names=names(place.skipped))
    return and_skipped(found(run, place), place)


def found(run: Reconciliation, place: Place) -> Sentence:
    if run.subject and not place.looked_at:
        return say(gettext_noop("Razorpay does not know it under these keys."))
    if run.subject and place.not_ours == place.looked_at:
        return say(gettext_noop("It belongs to no order here."))
    if run.mended:
        text = gettext_noop("Fetched from Razorpay: %(mended)s. Looked at: %(looked)s.")
        return say(text, mended=run.mended, looked=place.looked_at)
    if place.skipped:
        text = gettext_noop("All else is equal to Razorpay's. Looked at: %(looked)s.")
    else:
        text = gettext_noop("The books are equal to Razorpay's. Looked at: %(looked)s.")
    return say(text, looked=place.looked_at)


def and_skipped(said: Sentence, place: Place, **values: str) -> Sentence:
    text = gettext_noop("%(said)s Could not be compared: %(names)s.")
    return say(text, said=said, names=names(place.skipped), **values)


def tell_of_missed(run: Reconciliation) -> bool:
    """What Razorpay's events should have told and did not is for the seller to mend; was there
    any?"""
    place = Place.of(run.place)
    if place.missed and not run.subject:
        problems.report(run.gateway, KIND, what=what(run, place), mend=how_to_mend())
    return bool(place.missed)


def what(run: Reconciliation, place: Place) -> Sentence:
    """How much, by kind, and what could not be looked at."""
    text = gettext_noop(
        "Raseed compared its books with Razorpay's and fetched what no event had told: %(found)s."
    )
    parts = [say(KINDS[kind], n=place.missed[kind]) for kind in KINDS if kind in place.missed]
    said = say(text, found=listed(parts), run_uid=run.uid)
    return and_skipped(said, place, run_uid=run.uid) if place.skipped else said


def how_to_mend() -> Sentence:
    return say(
        gettext_noop(
            "Look at the webhook in Razorpay: is it active, is its address right, and are all"
            " events ticked? This goes away with the next comparison that finds nothing."
        )
    )


def refused(error: errors.Refused) -> Sentence:
    text = gettext_noop("Razorpay refused: %(description)s")
    return say(text, description=error.description)


def disconnected() -> Sentence:
    return say(gettext_noop("The gateway was disconnected."))


def away() -> Sentence:
    return say(
        gettext_noop(
            "Stopped: Razorpay gave no answer for a day. "
            "Raseed still compares once a day by itself."
        )
    )


def keys_refused() -> Sentence:
    return say(
        gettext_noop(
            "Stopped: Razorpay refused the keys for a day. "
            "Raseed still compares once a day by itself."
        )
    )


def broken() -> Sentence:
    return say(
        gettext_noop(
            "Stopped: it failed in Raseed for a day. Raseed still compares once a day by itself."
        )
    )
