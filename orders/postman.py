"""Send the mails that are due: plain text, in the language of who reads them."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership
from orders.answers import now_for
from orders.causes import at
from orders.models import Mail, Order, Payment
from orders.paying import pay_url

log = structlog.get_logger(__name__)

BATCH = 100
HALTS = {Mail.Kind.HALTED, Mail.Kind.HALTED_SELLER}
TO_SELLER = {Mail.Kind.HALTED_SELLER, Mail.Kind.RESUMED_SELLER}


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
    mail = Mail.objects.select_related(
        "order__customer__account", "order__product", "order__gateway", "order__price"
    ).get(pk=pk)
    if not still_true(mail):
        return finish(mail, Mail.State.NOT_NEEDED)
    account = mail.order.customer.account
    with translation.override(language_of(mail)), timezone.override(account.zone):
        message = compose(mail)
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


def language_of(mail: Mail) -> str:
    """Sellers read the account's language, buyers their own."""
    customer = mail.order.customer
    return customer.account.language if mail.kind in TO_SELLER else customer.speaks


def finish(mail: Mail, state: Mail.State) -> bool:
    mail.state = state
    mail.save(update_fields=["state", "sent_at", "sent_to"])
    return state == Mail.State.SENT


def still_true(mail: Mail) -> bool:
    """A failure that was mended meanwhile needs no mail; nor does what another event overtook."""
    if mail.kind == Mail.Kind.FAILURE:
        unpaid = {Order.Status.CREATED, Order.Status.ATTEMPTED}
        return mail.order.status in unpaid and not is_paid(mail, 0)
    subscription = getattr(mail.order, "subscription", None)
    paid_until = getattr(subscription, "paid_until", None)
    if mail.kind == Mail.Kind.RESUMED_SELLER:
        return paid_until is not None and at(int(mail.fact)) > paid_until
    if mail.kind == Mail.Kind.CYCLE_FAILURE:
        cycle = int(mail.fact.partition("/")[0])
        return getattr(subscription, "status", "") == "pending" and not is_paid(mail, cycle)
    if mail.kind in HALTS:
        over = paid_until is None or paid_until <= now_for(mail.order)
        return getattr(subscription, "status", "") == "halted" and over
    return True


def is_paid(mail: Mail, cycle: int) -> bool:
    """Whether the ledger says that this cycle was paid after all."""
    return mail.order.reattempts.filter(cycle=cycle, reason="paid").exists()


def compose(mail: Mail) -> EmailMessage:
    """Subject and text from `templates/orders/mail/<kind>.txt`; the first line is the subject."""
    text = render_to_string(f"orders/mail/{mail.kind}.txt", context(mail))
    subject, _rest, body = text.strip().partition("\n")
    account = mail.order.customer.account
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=owners_of(account.pk) if mail.kind in TO_SELLER else [mail.order.customer.email],
        headers={"X-Raseed-Mode": "test"} if mail.order.gateway.mode == "test" else {},
    )


def context(mail: Mail) -> dict[str, Any]:
    """What the letters may speak of."""
    order = mail.order
    payment = Payment.objects.filter(
        gateway=order.gateway_id, razorpay_payment_id=mail.fact
    ).first()
    subscription = getattr(order, "subscription", None)
    charge_at = getattr(subscription, "charge_at", None)
    return {
        "order": order,
        "customer": order.customer,
        "account": order.customer.account,
        "product": order.product,
        "payment": payment or order.payments.exclude(failed_at=None).order_by("failed_at").first(),
        "subscription": subscription,
        "next_charge": at(charge_at) if charge_at else None,
        "pay_url": pay_url(order),
        "my_url": f"{settings.PUBLIC_URL}{reverse('orders:my')}",
        "test": order.gateway.mode == "test",
    }


def owners_of(account_id: int) -> list[str]:
    owners = Membership.objects.filter(account=account_id, role=Membership.Role.OWNER)
    return list(owners.values_list("user__email", flat=True))
