"""Tell the seller what only the seller can mend, once, and take it back when it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.sentences import Sentence, say
from gateways.models import Gateway, Problem
from gateways.razorpay import errors


def report(
    gateway: Gateway, kind: Problem.Kind, *, what: Sentence, mend: Sentence, subject: str = ""
) -> None:
    """Say it, or count it once more if it stands already."""
    again = standing(gateway, kind, subject).update(
        last_seen_at=timezone.now(), count=F("count") + 1, what=what, mend=mend
    )
    if not again:
        Problem.objects.bulk_create(
            [
                Problem(
                    account_id=gateway.account_id,
                    gateway=gateway,
                    kind=kind,
                    subject=subject,
                    what=what,
                    mend=mend,
                )
            ],
            ignore_conflicts=True,
        )


def keep(
    gateway: Gateway, kind: Problem.Kind, subject: str, said: tuple[Sentence, Sentence] | None
) -> None:
    """What is to be told of this subject now: (what, mend), or None for nothing.

    For what is derived again and again: written only when it changes, so that nothing counts up.
    """
    held = standing(gateway, kind, subject).filter(account=gateway.account_id).first()
    if said is None and held is not None:
        clear(gateway, kind, subject)
    if said is not None and (held is None or (held.what, held.mend) != said):
        report(gateway, kind, subject=subject, what=said[0], mend=said[1])


def report_new_secret(gateway: Gateway) -> None:
    """The newest webhook secret has to be pasted at Razorpay."""
    report(
        gateway,
        Problem.Kind.NEW_SECRET,
        what=say(gettext_noop("A new webhook secret was made and Razorpay does not use it yet.")),
        mend=say(gettext_noop("Paste the new secret into the webhook's settings at Razorpay.")),
    )


def clear(gateway: Gateway, kind: Problem.Kind, subject: str = "") -> None:
    """It is mended."""
    standing(gateway, kind, subject).update(cleared_at=timezone.now())


def standing(gateway: Gateway, kind: Problem.Kind, subject: str) -> QuerySet[Problem]:
    return Problem.objects.filter(gateway=gateway, kind=kind, subject=subject, cleared_at=None)


@contextmanager
def watching_keys(gateway: Gateway) -> Iterator[None]:
    """Calls with the gateway's keys: a refusal is a problem until a call goes through."""
    try:
        yield
    except errors.KeysRefused:
        report(
            gateway,
            Problem.Kind.KEYS_REFUSED,
            what=say(gettext_noop("Razorpay no longer accepts the key ID and secret.")),
            mend=say(gettext_noop("Make a new key in Razorpay and replace the keys here.")),
        )
        raise
    else:
        clear(gateway, Problem.Kind.KEYS_REFUSED)
