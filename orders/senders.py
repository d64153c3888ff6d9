"""Who a mail to a buyer is from."""

from __future__ import annotations

from email.utils import formataddr, parseaddr

from django.conf import settings

from accounts.models import Account


def of(account: Account) -> str:
    """Buyers know the business and not us: its name, at the address of this installation."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(account.name.split()), address))
