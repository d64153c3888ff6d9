"""Would Razorpay deliver to our public address?

It refuses private and local hosts and some tunnels, takes only ports 80 and 443, and no host name
that contains "razorpay". Source: https://razorpay.com/docs/webhooks/validate-test/
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

REFUSED_HOSTS = (
    "beeceptor.com", "burpcollaborator.net", "canarytokens.com", "hookbin.com", "interact.sh",
    "loca.lt", "localhost", "localhost.localdomain", "metadata.google.internal", "mockbin.org",
    "ngrok.io", "oast.pro", "requestbin.com", "webhook.site",
)  # fmt: skip
REFUSED_ENDINGS = (".onion", ".local", ".internal", ".corp")
RAZORPAY_HOST = "api.razorpay.com"


def at_the_desk() -> bool:
    """Whether we speak to a stand-in: it delivers anywhere."""
    return str(urlsplit(settings.RAZORPAY_API_URL).hostname) != RAZORPAY_HOST


def objection(url: str) -> str:
    """Why Razorpay would refuse to deliver to this URL, in one sentence; "" if it would not."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if "razorpay" in host:
        return _("Razorpay refuses addresses whose host name contains “razorpay”.")
    if host.endswith(REFUSED_ENDINGS) or any(
        host == refused or host.endswith(f".{refused}") for refused in REFUSED_HOSTS
    ):
        return _("Razorpay does not deliver to %(host)s.") % {"host": host}
    if is_private(host):
        return _("Razorpay does not deliver to private addresses like %(host)s.") % {"host": host}
    if parts.port not in (None, 80, 443):
        return _("Razorpay delivers to ports 80 and 443 only.")
    if len(url) > 255:
        return _("Razorpay takes addresses of at most 255 characters.")
    return ""


def is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host
