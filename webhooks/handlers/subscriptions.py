"""subscription.*: a snapshot of the subscription, sometimes with the payment that moved it."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from orders.causes import at
from subscriptions import cycles
from subscriptions.models import Subscription
from webhooks.handlers import payments
from webhooks.story import Story

Status = Subscription.Status

WORDS = {
    Status.CREATED: gettext_noop("Subscription waits for the buyer."),
    Status.AUTHENTICATED: gettext_noop("Subscription authenticated."),
    Status.ACTIVE: gettext_noop("Subscription active."),
    Status.PENDING: gettext_noop("A charge failed."),
    Status.HALTED: gettext_noop("Charges stopped."),
    Status.PAUSED: gettext_noop("Subscription paused."),
    Status.CANCELLED: gettext_noop("Subscription cancelled."),
    Status.COMPLETED: gettext_noop("Subscription completed."),
    Status.EXPIRED: gettext_noop("Subscription expired before the buyer confirmed it."),
}


def merge(story: Story) -> Sentence:
    """The row takes the newest snapshot; a payment that came along is merged as well."""
    story.merge_payment()
    story.merge_subscription()
    return settled(story)


def charge(story: Story) -> Sentence:
    """Carries subscription and payment, and so ties payment, invoice and order to the cycle."""
    payment = story.merge_payment()
    story.merge_subscription()
    entity = story.delivery["subscription"]
    if story.subscription is None or entity is None or payment is None:
        return settled(story)
    cycle = cycles.merge_charged(story.subscription, entity, payment, story.delivery)
    outcome = settled(story)
    if cycle is None:
        return outcome
    text = gettext_noop("%(amount)s charged for the period to %(end)s.")
    return say(text, amount=(payment.amount, payment.currency or "INR"), end=at(cycle.end or 0))


def failure(story: Story) -> Sentence:
    """An automatic charge failed: the cycle notes the attempt, even if the row is newer."""
    story.merge_payment()
    story.merge_subscription()
    entity = story.delivery["subscription"]
    if story.subscription is not None and entity is not None:
        cycles.merge_failure(story.subscription, entity, story.delivery, story.cause)
    return settled(story)


def fetched(story: Story) -> Sentence:
    """An answer has no name that tells what happened: its status does."""
    entity = story.delivery["subscription"]
    failed = entity is not None and entity.get("status") in {Status.PENDING, Status.HALTED}
    return failure(story) if failed else merge(story)


def settled(story: Story) -> Sentence:
    """Settle, and say what the subscription now is, and how far access reaches."""
    reached = story.settle()
    if story.subscription is None or reached is None:
        return payments.nothing()
    state = say(WORDS[Status(story.subscription.status)])
    if reached.starts_at is None:
        return state
    if reached.ends_at is None:
        return say(gettext_noop("%(state)s Access without end."), state=state)
    text = gettext_noop("%(state)s Access until %(until)s.")
    return say(text, state=state, until=reached.ends_at)


authenticated = activated = paused = resumed = updated = cancelled = completed = merge
charged = charge
pending = halted = failure
