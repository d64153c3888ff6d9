"""What production refuses to start with: a secret that is missing, or that everybody can read.

`.env.example` is public, so whatever stands there in place of a secret protects nothing. How strong
a key of one's own is, `manage.py check --deploy` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# Name and password in the addresses of .env.example.
SHOWN_LOGINS = {"DATABASE_URL": "raseed:raseed@", "EMAIL_URL": "user:password@"}


def check(secret_key: str, encryption_keys: list[str], addresses: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured with one sentence for the first thing that is wrong."""
    if secret_key.startswith("change-me"):
        raise ImproperlyConfigured("SECRET_KEY still has the value of .env.example. Set your own.")
    if not secret_key:
        raise ImproperlyConfigured("SECRET_KEY is empty. .env.example says how to make one.")
    if not any(encryption_keys):
        raise ImproperlyConfigured("ENCRYPTION_KEYS is empty. .env.example says how to make one.")
    for name, login in SHOWN_LOGINS.items():
        if login in addresses.get(name, ""):
            raise ImproperlyConfigured(
                f"{name} still has the password of .env.example. Set your own."
            )
    public = urlsplit(addresses["PUBLIC_URL"])
    if public.scheme not in {"http", "https"} or not public.hostname:
        raise ImproperlyConfigured("PUBLIC_URL must be a whole address: https://books.example.com")
