"""What became of an instruction, in words for whoever gave it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts import sentences
from subscriptions.models import SubscriptionInstruction

Kind = SubscriptionInstruction.Kind
State = SubscriptionInstruction.State

DONE: dict[Kind, Any] = {
    Kind.CANCEL: gettext_lazy("The subscription is cancelled. Nothing more is charged."),
    Kind.PAUSE: gettext_lazy("The subscription is paused. Nothing is charged until it is resumed."),
    Kind.RESUME: gettext_lazy("The subscription is resumed."),
    Kind.CHANGE_PLAN: gettext_lazy("The plan is changed."),
}
DONE_LATER: dict[Kind, Any] = {
    Kind.CANCEL_AT_END: gettext_noop("The subscription ends on %(date)s. It is not charged again."),
    Kind.CHANGE_PLAN_AT_END: gettext_noop("The plan changes on %(date)s."),
}
NOT_DONE: dict[Kind, Any] = {
    Kind.CANCEL: gettext_lazy("The subscription was not cancelled."),
    Kind.CANCEL_AT_END: gettext_lazy("The subscription was not cancelled."),
    Kind.PAUSE: gettext_lazy("The subscription was not paused."),
    Kind.RESUME: gettext_lazy("The subscription was not resumed."),
    Kind.CHANGE_PLAN: gettext_lazy("The plan was not changed."),
    Kind.CHANGE_PLAN_AT_END: gettext_lazy("The plan was not changed."),
}


def say(request: HttpRequest, instruction: SubscriptionInstruction) -> None:
    """Tell it on the next page."""
    if instruction.state == State.DONE:
        messages.success(request, done(instruction))
    elif instruction.state == State.REFUSED:
        messages.error(request, refused(instruction))
    else:
        messages.warning(request, in_doubt())


def done(instruction: SubscriptionInstruction) -> str:
    kind = Kind(instruction.kind)
    if kind in DONE:
        return str(DONE[kind])
    return str(sentences.say(DONE_LATER[kind], date=instruction.effective_at or ""))


def refused(instruction: SubscriptionInstruction) -> str:
    """In plain words, then in Razorpay's own."""
    said = _("%(not_done)s The answer was: “%(answer)s”")
    not_done = NOT_DONE[Kind(instruction.kind)]
    return said % {"not_done": not_done, "answer": instruction.refusal}


def in_doubt() -> str:
    return _(
        "Razorpay has not answered. What was asked is kept, and Razorpay is asked again until it "
        "is known whether it was done."
    )
