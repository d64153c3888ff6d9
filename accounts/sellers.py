"""Making a seller: the business, its owner, its API token."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Account, ApiToken, AuditEntry, Membership, User, normal_email
from accounts.sentences import say


class EmailTaken(Exception):
    """Somebody signs in with this address already."""


@dataclass(frozen=True)
class Seller:
    """What `create` made. `api_token` is in clear here and nowhere else."""

    account: Account
    user: User
    api_token: str = field(repr=False)


@transaction.atomic
def create(
    *, email: str, business: str, password: str, name: str = "", operator: bool = False
) -> Seller:
    """Make an account with its owner.

    Raises EmailTaken when the address belongs to somebody already.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=name, is_staff=operator, is_superuser=operator
            )
    except IntegrityError as error:
        said = _("%(email)s signs in here already.") % {"email": normal_email(email)}
        raise EmailTaken(said) from error
    account = Account.objects.create(name=business)
    Membership.objects.create(account=account, user=user, role=Membership.Role.OWNER)
    _token, api_token = ApiToken.objects.create(user=user, account=account)
    AuditEntry.objects.create(account=account, user=user, what=say(gettext_noop("Account made.")))
    return Seller(account, user, api_token)
