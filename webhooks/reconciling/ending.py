"""A run ends: what came of it, and what the seller is told."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import problems
from gateways.models import Problem, Reconciliation
from gateways.razorpay import errors
from webhooks.reconciling import runs
from webhooks.reconciling.asker import Asker
from webhooks.reconciling.steps import is_up_to_now

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


def finish(asker: Asker) -> None:
    """It has seen everything. Raises Overtaken."""
    asker.run.mended = runs.brought(asker.run)
    end(asker, State.DONE, outcome(asker))
    if not asker.run.subject:
        tell(asker)


def stop(asker: Asker, why: Sentence) -> None:
    """It cannot go on. Raises Overtaken."""
    end(asker, State.STOPPED, why)


def end(asker: Asker, state: str, said: Sentence) -> None:
    asker.keep(state=state, outcome=said, finished_at=timezone.now(), work_at=None)
    asker.run.refresh_from_db()


def outcome(asker: Asker) -> Sentence:
    """One sentence on what was found."""
    run, place = asker.run, asker.place
    if run.subject and not place.looked_at:
        return say(gettext_noop("Razorpay does not know it under these keys."))
    if run.subject and place.not_ours == place.looked_at:
        return say(gettext_noop("It belongs to no order here."))
    if not run.mended:
        text = gettext_noop("The books are equal to Razorpay's. Looked at: %(looked)s.")
        return say(text, looked=place.looked_at)
    text = gettext_noop("Fetched from Razorpay: %(mended)s. Looked at: %(looked)s.")
    return say(text, mended=run.mended, looked=place.looked_at)


def tell(asker: Asker) -> None:
    """What Razorpay's events should have told and did not is for the seller to mend."""
    run, missed = asker.run, asker.place.missed
    if missed:
        problems.report(run.gateway, KIND, what=what(run, missed), mend=how_to_mend())
    elif is_up_to_now(run):
        standing = problems.standing(run.gateway, KIND, "")
        old = standing.filter(last_seen_at__lte=timezone.now() - STANDS)
        old.update(cleared_at=timezone.now())


def what(run: Reconciliation, missed: dict[str, int]) -> Sentence:
    """How much, by kind."""
    text = gettext_noop(
        "Raseed compared its books with Razorpay's and fetched what no event had told: %(found)s."
    )
    parts = [say(KINDS[kind], n=missed[kind]) for kind in KINDS if kind in missed]
    return say(text, found=listed(parts), run_uid=run.uid)


def listed(parts: list[Sentence]) -> Sentence:
    """One after the other."""
    found = parts[0]
    for part in parts[1:]:
        found = say(gettext_noop("%(some)s, %(more)s"), some=found, more=part)
    return found


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
