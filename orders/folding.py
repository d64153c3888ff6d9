"""Merge two customers of an account who are one person. It cannot be undone."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from orders import auditing, reminding, totals
from orders.models import Customer, CustomerAlias, Order

MERGED = gettext_noop("Customer %(other)s (%(former)s) merged into %(customer)s (%(email)s).")
# What the one who stays takes over where nothing is known.
FILLED = ("name", "phone", "language")


class NotMerged(Exception):
    """These two cannot be merged; `code` is for scripts, the message for people."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Overtaken(Exception):
    """An order was placed while the rows were being locked."""


def fold(kept: Customer, other: Customer, user: User | None) -> Customer:
    """Give everything of `other` to `kept`; the other's id and address lead there from now on.

    Both are of one account. Raises NotMerged. No user: through the API.
    """
    if kept == other:
        said = _("These two are one customer already: there is nothing to merge.")
        raise NotMerged(said, "same_customer")
    while True:
        try:
            return folded(kept, other, user)
        except Overtaken:
            continue


@transaction.atomic
def folded(kept: Customer, other: Customer, user: User | None) -> Customer:
    """In the order in which everybody locks: orders, then customers. Raises Overtaken."""
    orders = Order.objects.select_for_update().filter(customer__in=[kept, other]).order_by("pk")
    locked = {order.pk for order in orders}
    kept, other = hold_both(kept, other)
    # From here on no order is placed for them. One that was placed a moment ago may be locked by
    # somebody who waits for these customers: then it is their turn.
    if not locked.issuperset(other.orders.values_list("pk", flat=True)):
        raise Overtaken
    give_over(other, kept)
    fill(kept, other)
    CustomerAlias.objects.create(
        account=kept.account, customer=kept, email=other.email, former_uid=other.uid
    )
    values = {"customer": kept.uid, "email": kept.email}
    auditing.note(kept.account, user, MERGED, **values, other=other.uid, former=other.email)
    other.delete()
    ask_no_more(kept)
    return kept


def hold_both(kept: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Both rows, held until the transaction ends. Raises NotMerged if one is no more."""
    rows = Customer.objects.filter(pk__in=[kept.pk, other.pk]).select_related("account")
    locked = rows.select_for_update(no_key=True, of=("self",)).order_by("pk")
    held = {row.pk: row for row in locked}
    if len(held) < 2:
        raise NotMerged(_("One of the two was merged meanwhile."), "unknown_customer")
    return held[kept.pk], held[other.pk]


def give_over(other: Customer, kept: Customer) -> None:
    """Whatever points at the one points at the other from now on."""
    for relation in Customer._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: other})
        rows.update(**{relation.field.name: kept})


def fill(kept: Customer, other: Customer) -> None:
    for name in FILLED:
        setattr(kept, name, getattr(kept, name) or getattr(other, name))
    kept.save(update_fields=FILLED)


def ask_no_more(customer: Customer) -> None:
    """What one of the two paid ends the asking for the same product at the other."""
    asked = Order.objects.filter(customer=customer, reattempts__n=1, reattempts__cycle=0)
    for order in asked:
        payments = totals.payments_of(order)
        reminding.write(order, payments, totals.of(order, payments))
