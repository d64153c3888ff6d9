"""Send the mails that are due: plain text, in the language of who reads them."""

from __future__ import annotations

import time
from contextlib import closing

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from orders import digests, letters, senders
from orders.letters import Letter
from orders.models import Mail
from orders.timely import still_true

log = structlog.get_logger(__name__)

State = Mail.State
BATCH = 1000
# Seconds after which no further mail is begun: with one that takes EMAIL_TIMEOUT this is less than
# Celery allows a task. One that is stopped in the middle of a mail never sends it.
BUDGET = 8.0
# What the letters speak of.
SUBJECTS = [
    "customer__account", "order__customer__account", "order__product", "order__gateway",
    "order__price",
]  # fmt: skip


def send_due() -> int:
    """Send what is due, as much as one task should; how many went out."""
    due = Mail.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    sent, ends = 0, time.monotonic() + BUDGET
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:BATCH]:
        if time.monotonic() >= ends:
            break
        connection = get_connection()
        try:
            # Before the mail is claimed: while the mail server is away, everything stays due.
            connection.open()
        except OSError as error:
            log.warning("mail.server_away", error=repr(error))
            break
        with closing(connection):
            sent += send(pk, connection)
    return sent


def send(pk: int, connection: BaseEmailBackend) -> bool:
    """Send one mail, with those that belong into it; unless somebody else does, it is no longer
    true, or it was put off."""
    claimed = digests.claim(pk)
    rows = list(Mail.objects.select_related(*SUBJECTS).filter(pk__in=claimed).order_by("pk"))
    told = [mail for mail in rows if still_true(mail)]
    finish([mail for mail in rows if mail not in told], State.NOT_NEEDED)
    if not told:
        return False
    letter = letters.of(told[0]) if len(told) == 1 else letters.of_many(told)
    with translation.override(letter.language), timezone.override(letter.account.zone):
        message = compose(letter)
    if not message.recipients():
        return finish(told, State.NOT_NEEDED)
    message.connection = connection
    try:
        message.send()
    except OSError as error:  # every failure of smtplib and of the network is one
        log.warning("mail.not_sent", mail=pk, error=repr(error))
        return finish(told, State.FAILED)
    return finish(told, State.SENT, message.to[0])


def finish(rows: list[Mail], state: Mail.State, sent_to: str = "") -> bool:
    """What became of mails that were claimed; whether they went out."""
    sent = state == State.SENT
    for mail in rows:
        mail.state, mail.sent_to = state, sent_to
        mail.sent_at = timezone.now() if sent else None
    Mail.objects.bulk_update(rows, ["state", "sent_at", "sent_to"])
    return sent


def compose(letter: Letter) -> EmailMessage:
    """Subject and text from `templates/orders/mail/<kind>.txt`; the first line is the subject."""
    text = render_to_string(f"orders/mail/{letter.kind}.txt", letter.context)
    subject, _rest, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=None if letter.to_seller else senders.of(letter.account),
        to=letter.to,
        headers=letter.headers | ({"X-Raseed-Mode": "test"} if letter.is_test else {}),
    )
