"""Find and make the customers of one account."""

from __future__ import annotations

from accounts.models import Account, normal_email
from orders.models import Customer


def find(account: Account, email: str) -> Customer | None:
    """The customer with this e-mail, present or former."""
    address = normal_email(email)
    present = Customer.objects.filter(account=account, email=address).first()
    return present or Customer.objects.filter(account=account, aliases__email=address).first()


def get(account: Account, email: str, name: str = "") -> Customer:
    """The customer with this e-mail, made if need be. A name given first is kept."""
    known = find(account, email)
    if known is None:
        known, _made = Customer.objects.get_or_create(
            account=account, email=normal_email(email), defaults={"name": name}
        )
    if name and not known.name:
        known.name = name
        known.save(update_fields=["name"])
    return known
