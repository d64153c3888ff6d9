"""Events that match nothing of ours: kept, shown if they bear a trace of ours, woken if they match
later, and never an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways import lookups, problems
from gateways.models import Gateway, LookUp, Problem
from gateways.razorpay.deliveries import Delivery
from orders import linking
from subscriptions import adopting
from subscriptions.models import Subscription
from webhooks import matching, replay
from webhooks.models import Event, Mention

# subscription.charged usually brings the link; Razorpay is asked only if it does not.
PATIENCE = timedelta(minutes=15)


@contextmanager
def looking_again(gateway: Gateway, delivery: Delivery) -> Iterator[int | None]:
    """Hold the delivery's ids, so that nobody links them while we conclude that nobody has."""
    linking.hold(gateway.pk, delivery.ids())
    yield matching.find(gateway, delivery)


def keep(event: Event, delivery: Delivery) -> tuple[Event.Status, Sentence]:
    """Remember by which ids the event may match later; its status and outcome."""
    Mention.objects.bulk_create(
        [
            Mention(gateway=event.gateway, razorpay_id=razorpay_id, event=event)
            for razorpay_id in delivery.ids()
        ],
        ignore_conflicts=True,
    )
    known = event.gateway.razorpay_account_id
    if known and delivery.account_id and delivery.account_id != known:
        if not (event.replayed or event.imported):
            report_foreign(event.gateway, delivery.account_id)
        return Event.Status.FOREIGN, foreign(delivery.account_id)
    event.ours = matching.has_trace(event.gateway_id, delivery)
    twin_of = matching.twin_of(event.gateway_id, delivery)
    if twin_of is not None:
        text = twin(twin_of, delivery)
    elif event.ours:
        ask(event.gateway, delivery)
        text = gettext_noop("No order of ours yet. Matched by itself if one appears.")
    else:
        text = gettext_noop("Not ours: another shop on the same Razorpay account.")
    return Event.Status.UNMATCHED, say(text)


def learn(gateway: Gateway, delivery: Delivery) -> None:
    """The first event that matches tells which Razorpay account this is. What a person matched
    does not: they may take it back."""
    if gateway.razorpay_account_id or not delivery.account_id:
        return
    if matching.by_hand(gateway.pk, delivery) is not None:
        return
    learnt = Gateway.objects.filter(pk=gateway.pk, razorpay_account_id="").update(
        razorpay_account_id=delivery.account_id
    )
    if learnt:
        tell_apart(gateway, delivery.account_id)


def tell_apart(gateway: Gateway, ours: str) -> None:
    """What had matched nothing and names another account is foreign, now that we know ours."""
    unmatched = Event.objects.filter(gateway=gateway, status=Event.Status.UNMATCHED)
    strangers = unmatched.exclude(account_ref__in=["", ours])
    for account in strangers.values_list("account_ref", flat=True).distinct():
        theirs = strangers.filter(account_ref=account)
        if theirs.filter(replayed=False, imported=False).exists():
            report_foreign(gateway, account)
        theirs.update(status=Event.Status.FOREIGN, outcome=foreign(account))


def foreign(account: str) -> Sentence:
    """The outcome of what somebody else's Razorpay account sent."""
    return say(gettext_noop("From another Razorpay account (%(account)s)."), account=account)


def report_foreign(gateway: Gateway, account: str) -> None:
    """Somebody pasted this URL into another Razorpay account."""
    mend = say(gettext_noop("Remove this webhook URL from that account, or connect its keys."))
    problems.report(
        gateway, Problem.Kind.FOREIGN, subject=account, what=foreign(account), mend=mend
    )


def twin(subscription: Subscription, delivery: Delivery) -> str:
    """Razorpay made another one for the same order: it is cancelled, and nobody is shown it."""
    entity = delivery["subscription"]
    if entity is not None:
        adopting.reported(subscription, entity.id, str(entity.get("status") or ""))
    return gettext_noop("A second subscription of one order, made when an answer was lost.")


def ask(gateway: Gateway, delivery: Delivery) -> None:
    """A payment of an invoice that nothing has tied to a subscription yet."""
    payment = delivery["payment"]
    if payment is not None and payment.get("invoice_id"):
        lookups.ask(
            gateway.pk,
            LookUp.Kind.INVOICE,
            payment.get("invoice_id"),
            LookUp.Why.UNKNOWN_INVOICE,
            wait=PATIENCE,
        )


def wake(*, gateway_id: int, ids: list[str], **signal: Any) -> None:
    """These ids are ours now: look at what mentioned them again."""
    waiting = Mention.objects.filter(gateway=gateway_id, razorpay_id__in=ids)
    Event.objects.filter(
        pk__in=waiting.values("event_id"),
        status__in=[Event.Status.UNMATCHED, Event.Status.FOREIGN],
    ).update(**replay.AFRESH)
