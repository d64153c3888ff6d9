"""Before keys are saved: does Razorpay accept them, and whose are they?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from gateways.models import Mode
from gateways.razorpay import errors
from gateways.razorpay.client import CHECK_LIMITS, CHECK_TIME, Razorpay
from gateways.razorpay.deadline import within

KEY_ID = re.compile(r"rzp_(test|live)_[A-Za-z0-9]+")


class NotConnected(Exception):
    """Nothing was saved. `field` is where the mend stands, `summary` what happened."""

    def __init__(self, summary: str, mend: str, field: str) -> None:
        super().__init__(summary)
        self.summary = summary
        self.mend = mend
        self.field = field


class Checked(NamedTuple):
    """Keys that Razorpay accepts: their newest order, and which witness they see; "" for none."""

    newest: str
    seen: str


def mode_of(key_id: str) -> Mode:
    """Read from the prefix, never chosen. Raises NotConnected for anything but a key ID."""
    found = KEY_ID.fullmatch(key_id)
    if found is None:
        raise NotConnected(
            _("This is not a Razorpay key ID, so nothing was saved."),
            _("A key ID begins with rzp_test_ or rzp_live_ and has only letters and digits."),
            "key_id",
        )
    return Mode(found[1])


def check(key_id: str, key_secret: str, witnesses: Iterable[str] = ()) -> Checked:
    """Ask Razorpay whether it accepts the keys, and which of these they see.

    Raises NotConnected with a sentence for each way it can fail.
    """
    razorpay = Razorpay(key_id, key_secret, CHECK_LIMITS)

    def ask() -> Checked:
        newest = razorpay.newest_order() or {}
        seen = next((witness for witness in witnesses if razorpay.sees(witness)), "")
        return Checked(str(newest.get("id") or ""), seen)

    try:
        return within(CHECK_TIME, ask)
    except errors.RazorpayError as error:
        raise not_connected(error) from error


def not_connected(error: errors.RazorpayError) -> NotConnected:
    """What a person is told when the check fails."""
    if isinstance(error, errors.KeysRefused):
        said = _("Razorpay refused these keys, so nothing was saved.")
        mend = _(
            "Razorpay answered “%(answer)s”. Copy the secret again, without spaces. "
            "If it is lost, make a new key in Razorpay."
        )
        return NotConnected(said, mend % {"answer": error.description}, "key_secret")
    if isinstance(error, errors.Refused):
        said = _("Razorpay refused the check, so nothing was saved.")
        mend = _("Razorpay answered “%(answer)s”.") % {"answer": error.description}
        return NotConnected(said, mend, "key_id")
    said = _("The keys could not be checked, so nothing was saved.")
    return NotConnected(said, str(error), "key_id")
