"""Bring the database up to date and see who may sign in first. Prints that login as JSON.

A process of its own: it needs Django, the supervisor does not. `python -m config.desk.opening FILE`
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError

FIRST_EMAIL = "seller@example.com"


def main(kept: Path) -> str:
    """Everything before the processes start; ends with one sentence where a person can mend it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
    except ImproperlyConfigured as error:
        sys.exit(f"Raseed cannot start: {error}")
    except OperationalError as error:
        sys.exit(f"The database does not answer as it should: {str(error).strip()}")
    return json.dumps(first_login(kept))


def first_login(kept: Path) -> dict[str, str]:
    """What is still true of the first login; made where nobody can sign in yet."""
    from knox.crypto import hash_token

    from accounts.models import ApiToken, User

    if not User.objects.exists():
        return make(kept)
    try:
        login: dict[str, str] = json.loads(kept.read_text())
        user = User.objects.filter(email=login["email"]).first()
    except (OSError, ValueError, KeyError):
        user = None
    if user is None:  # another database than the file's, or the file is gone
        return {}
    if not user.check_password(login["password"]):
        del login["password"]
    if not ApiToken.objects.filter(digest=hash_token(login["api_token"])).exists():
        del login["api_token"]
    return login


def make(kept: Path) -> dict[str, str]:
    """The first seller of this desk, who also may open /admin/; kept for its owner's eyes alone."""
    from accounts import sellers

    password = secrets.token_urlsafe(12)
    seller = sellers.create(email=FIRST_EMAIL, business="My shop", password=password, operator=True)
    login = {"email": FIRST_EMAIL, "password": password, "api_token": seller.api_token}
    kept.unlink(missing_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(login))
    return login


if __name__ == "__main__":
    sys.stdout.write(main(Path(sys.argv[1])))
