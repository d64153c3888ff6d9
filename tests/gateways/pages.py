"""The addresses of this room: what may be sent to each, and by whom."""

from __future__ import annotations

from django.urls import reverse

from gateways.models import Gateway

# name: (methods, for owners only)
ABOUT_ALL = {
    "list": ("GET", False),
    "add": ("GET", False),
    "problems": ("GET", False),
    "connect": ("GET POST", True),
}
ABOUT_ONE = {
    "change": ("GET", False),
    "health": ("GET", False),
    "replace_keys": ("GET POST", True),
    "secret": ("POST", True),
    "rotate": ("GET POST", True),
    "end_secret": ("POST", True),
    "disconnect": ("GET POST", True),
}
PAGES = ABOUT_ALL | ABOUT_ONE
GETS = [name for name, (methods, _owner) in PAGES.items() if "GET" in methods]
POSTS = [name for name, (methods, _owner) in PAGES.items() if "POST" in methods]


def url(name: str, gateway: Gateway) -> str:
    return reverse(f"gateways:{name}", args=[gateway.uid] if name in ABOUT_ONE else [])
