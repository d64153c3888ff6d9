"""Write `.env` with secrets of this desk's own, once."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

TEXT = """\
# Made by ./dev on first use, for this desk. .env.example says what each variable means.
DEBUG=true
SECRET_KEY={secret}
ENCRYPTION_KEYS={key}
# The sandbox stands in for Razorpay. To speak to Razorpay itself, with your own keys:
# RAZORPAY_API_URL=https://api.razorpay.com
"""


def write(path: Path = ROOT / ".env") -> None:
    """Make the file, readable by its owner alone; one that exists is left as it is."""
    text = TEXT.format(
        secret=secrets.token_urlsafe(48),
        key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text)


if __name__ == "__main__":
    write(*(Path(argument) for argument in sys.argv[1:2]))
