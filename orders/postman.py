"""Send the mails that are due: plain text, in the language of who reads them."""

from __future__ import annotations

from contextlib import closing

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from orders import letters, senders
from orders.letters import Letter
from orders.models import Mail
from orders.timely import still_true

log = structlog.get_logger(__name__)

BATCH = 100
# What the letters speak of.
SUBJECTS = [
    "customer__account", "order__customer__account", "order__product", "order__gateway",
    "order__price",
]  # fmt: skip


def send_due() -> int:
    """Send what is due; how many went out."""
    due = Mail.objects.filter(state=Mail.State.WAITING, due_at__lte=timezone.now())
    sent = 0
    for pk in due.order_by("due_at").values_list("pk", flat=True)[:BATCH]:
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
    """Send one mail, unless somebody else does or it is no longer true."""
    claimed = Mail.objects.filter(pk=pk, state=Mail.State.WAITING)
    if not claimed.update(state=Mail.State.STARTED):
        return False
    mail = Mail.objects.select_related(*SUBJECTS).get(pk=pk)
    if not still_true(mail):
        return finish(mail, Mail.State.NOT_NEEDED)
    letter = letters.of(mail)
    with translation.override(letter.language), timezone.override(letter.account.zone):
        message = compose(letter)
    if not message.recipients():
        return finish(mail, Mail.State.NOT_NEEDED)
    message.connection = connection
    try:
        message.send()
    except OSError as error:  # every failure of smtplib and of the network is one
        log.warning("mail.not_sent", mail=pk, error=repr(error))
        return finish(mail, Mail.State.FAILED)
    mail.sent_at, mail.sent_to = timezone.now(), message.to[0]
    return finish(mail, Mail.State.SENT)


def finish(mail: Mail, state: Mail.State) -> bool:
    mail.state = state
    mail.save(update_fields=["state", "sent_at", "sent_to"])
    return state == Mail.State.SENT


def compose(letter: Letter) -> EmailMessage:
    """Subject and text from `templates/orders/mail/<kind>.txt`; the first line is the subject."""
    text = render_to_string(f"orders/mail/{letter.kind}.txt", letter.context)
    subject, _rest, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        from_email=None if letter.kind in letters.TO_SELLER else senders.of(letter.account),
        to=letter.to,
        headers={"X-Raseed-Mode": "test"} if letter.is_test else {},
    )
