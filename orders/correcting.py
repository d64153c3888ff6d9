"""Correct what is known of a customer. The former e-mail stays an alias that access answers for."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from orders import auditing, customers, mails
from orders.checkout import check_email
from orders.models import Customer, CustomerAlias, Mail

CHANGED = gettext_noop("E-mail of customer %(customer)s changed from %(former)s to %(email)s.")
LETTERS = (Mail.Kind.EMAIL_CHANGED, Mail.Kind.EMAIL_FORMER)


class NotCorrected(Exception):
    """The address is somebody else's; `code` is for scripts, `other` is who has it."""

    def __init__(self, message: str, code: str, other: Customer | None) -> None:
        super().__init__(message)
        self.code = code
        self.other = other


@transaction.atomic
def change_email(customer: Customer, email: str, user: User | None) -> Customer:
    """Make this the customer's address; both addresses are told. Razorpay hears nothing.

    Raises orders.checkout.NotPlaceable (no address), NotCorrected (somebody else's), and
    Customer.DoesNotExist (merged away meanwhile). No user: through the API.
    """
    address = check_email(email)
    held = customers.hold(customer)
    if held is None:
        raise Customer.DoesNotExist
    former = held.email
    if address == former:
        return held
    refuse_if_known(held, address)
    put_in_force(held, address)
    keep_as_alias(held, former, instead_of=address)
    entry = auditing.note(
        held.account, user, CHANGED, customer=held.uid, former=former, email=address
    )
    mails.owe_buyer(held, LETTERS, fact=str(entry.pk))
    return held


def refuse_if_known(customer: Customer, address: str) -> None:
    """An address leads to one customer of the account, present or former."""
    other = customers.find(customer.account, address)
    if other is None or other == customer:
        return
    if other.email == address:
        raise taken(other, address)
    said = _("%(email)s is a former address of another customer: %(name)s (%(present)s).")
    values = {"email": address, "name": other.name or other.uid, "present": other.email}
    raise NotCorrected(said % values, "email_is_alias", other)


def taken(other: Customer | None, address: str) -> NotCorrected:
    said = _("%(email)s is the address of another customer: %(name)s.")
    values = {"email": address, "name": other and (other.name or other.uid)}
    return NotCorrected(said % values, "email_taken", other)


def put_in_force(customer: Customer, address: str) -> None:
    """Raises NotCorrected where somebody ordered with this address a moment ago."""
    customer.email = address
    try:
        with transaction.atomic():
            customer.save(update_fields=["email"])
    except IntegrityError as error:
        raise taken(customers.find(customer.account, address), address) from error


def keep_as_alias(customer: Customer, former: str, *, instead_of: str) -> None:
    """What becomes an alias now ends the links that were mailed before (`visiting.find`).

    An alias that is in force again gives its row away, with the id of a merged customer in it.
    """
    alias = CustomerAlias.objects.filter(customer=customer, email=instead_of).first()
    alias = alias or CustomerAlias(account=customer.account, customer=customer)
    alias.email, alias.created_at = former, timezone.now()
    alias.save()
