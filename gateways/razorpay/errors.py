"""How a call to Razorpay can fail: definitely, for now, or with an unknown outcome.

The three are kept apart because they ask for different things: tell the person, try again later,
or find out first. `str(error)` is the sentence for the person; `log` is the one for us.
"""

from __future__ import annotations

from django.utils.translation import gettext as _


class RazorpayError(Exception):
    """Any failure of a call."""

    def __init__(self, message: str, *, log: str = "") -> None:
        super().__init__(message)
        self.log = log or message


class Refused(RazorpayError):
    """Definite: Razorpay understood, and nothing was done.

    `description` is Razorpay's own sentence, `field` and `reason` as in its error object
    (https://razorpay.com/docs/errors/).
    """

    def __init__(self, description: str, *, field: str = "", reason: str = "") -> None:
        said = _("Razorpay refused: %(description)s") % {"description": description}
        super().__init__(said, log=f"{description} (field {field!r}, reason {reason!r})")
        self.description = description
        self.field = field
        self.reason = reason


class KeysRefused(Refused):
    """Definite: Razorpay does not accept the key ID and secret."""


class TryAgain(RazorpayError):
    """For now: nothing was done, and the same call may succeed later."""


class TooManyRequests(TryAgain):
    """429: slow down. `retry_after` is for how many seconds, where Razorpay says it."""

    def __init__(self, message: str, *, log: str = "", retry_after: int | None = None) -> None:
        super().__init__(message, log=log)
        self.retry_after = retry_after


class Unreachable(TryAgain):
    """No connection, or Razorpay answers nothing that makes sense to a question."""


class OutcomeUnknown(RazorpayError):
    """The call may have been carried out; only asking can tell. Never repeat it blindly."""


def unreachable(error: Exception) -> Unreachable:
    said = _("Razorpay cannot be reached right now. Please try again in a minute.")
    return Unreachable(said, log=repr(error))


def unknown(error: Exception) -> OutcomeUnknown:
    said = _("Razorpay did not answer, so it is not known yet whether this was done.")
    return OutcomeUnknown(said, log=repr(error))
