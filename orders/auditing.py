"""The account's own log: who changed what of its customers and of what it sells."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_noop

from accounts.models import Account, AuditEntry, User
from accounts.sentences import Sentence, say
from orders.models import Customer, OrderForm, Price, Product

BY_SCRIPT = gettext_noop("Through the API: %(what)s")
PRICED = gettext_noop("Price of “%(product)s”: %(price)s.")
REPRICED = gettext_noop("Price of “%(product)s” changed from %(former)s to %(price)s.")
ONCE = gettext_noop("%(amount)s once")
REPEATS = gettext_noop("%(amount)s (%(interval)s × %(period)s, %(count)s ×)")
PERIODS: dict[str, str] = {
    Price.Period.DAILY: gettext_noop("day"),
    Price.Period.WEEKLY: gettext_noop("week"),
    Price.Period.MONTHLY: gettext_noop("month"),
    Price.Period.QUARTERLY: gettext_noop("quarter"),
    Price.Period.YEARLY: gettext_noop("year"),
}
PUT_AWAY = gettext_noop("Product “%(product)s” archived.")
FOR_SALE = gettext_noop("Product “%(product)s” is for sale again.")
PUBLISHED = gettext_noop("Order form “%(form)s” published at /f/%(address)s/.")
TAKEN_BACK = gettext_noop("Order form “%(form)s” taken back (/f/%(address)s/).")
FORM_PUT_AWAY = gettext_noop("Order form “%(form)s” archived (/f/%(address)s/).")


def note(account: Account, user: User | None, text: str, **values: Any) -> AuditEntry:
    """Add a line; mark `text` with gettext_noop. Without a user it was the account's script."""
    what = say(text, **values)
    if user is None:
        # The values stay on top as well, where they are looked for.
        what = say(BY_SCRIPT, **{**values, "what": what})
    return AuditEntry.objects.create(account=account, user=user, what=what)


def about(customer: Customer) -> QuerySet[AuditEntry]:
    """What was changed of a customer, and of those who were merged into it, newest first."""
    merged = [alias.former_uid for alias in customer.aliases.all() if alias.former_uid]
    rows = AuditEntry.objects.filter(account=customer.account_id).select_related("user")
    # As text: the lookups of a JSON key would take each id for JSON.
    rows = rows.annotate(whom=Cast(KeyTextTransform("customer", "what"), TextField()))
    return rows.filter(whom__in=[customer.uid, *merged]).order_by("-at", "-pk")


def price_changed(price: Price, former: Price | None, user: User | None) -> None:
    """New orders cost something else from now on. The same price again is no change."""
    if price == former:
        return
    product = price.product
    values = {"product": product.name, "price": terms_of(price)}
    if former is None:
        note(product.account, user, PRICED, **values)
    else:
        note(product.account, user, REPRICED, former=terms_of(former), **values)


def terms_of(price: Price) -> Sentence:
    """A price as the log keeps it, for every language."""
    amount = (price.amount, price.currency)
    if not price.recurs:
        return say(ONCE, amount=amount)
    period = say(PERIODS[price.period])
    return say(
        REPEATS, amount=amount, interval=price.interval, period=period, count=price.total_count
    )


def product_marked(product: Product, user: User | None) -> None:
    """Put away, or for sale again."""
    text = PUT_AWAY if product.archived_at else FOR_SALE
    note(product.account, user, text, product=product.name)


def form_marked(form: OrderForm, user: User | None) -> None:
    """Published, taken back or put away."""
    text = TAKEN_BACK
    if form.archived_at is not None:
        text = FORM_PUT_AWAY
    elif form.published_at is not None:
        text = PUBLISHED
    note(form.account, user, text, form=str(form), address=form.slug)
