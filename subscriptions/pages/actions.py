"""The buttons in a subscription's head. What cannot be done now stays, with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from subscriptions import objections
from subscriptions.models import Subscription, SubscriptionInstruction

Kind = SubscriptionInstruction.Kind


@dataclass(frozen=True)
class Action:
    """One button; with a reason it cannot be pressed."""

    label: str
    url: str
    reason: str
    is_danger: bool = False


def of(subscription: Subscription) -> list[Action]:
    """At most three, the dangerous one last."""
    return list(each(subscription))


def each(subscription: Subscription) -> Iterator[Action]:
    yield action(subscription, Kind.CHANGE_PLAN, _("Change plan"), "change_plan")
    if subscription.status == Subscription.Status.PAUSED:
        yield action(subscription, Kind.RESUME, _("Resume"), "resume")
    else:
        yield action(subscription, Kind.PAUSE, _("Pause"), "pause")
    yield action(subscription, Kind.CANCEL, _("Cancel subscription"), "cancel", is_danger=True)


def action(
    subscription: Subscription, kind: Kind, label: str, page: str, *, is_danger: bool = False
) -> Action:
    objection = objections.to(subscription, kind)
    url = reverse(f"subscriptions:{page}", args=[subscription.uid])
    return Action(label, url, objection.reason if objection else "", is_danger)
