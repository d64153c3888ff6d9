"""A mail server that keeps no mails and counts them: a line for each that was handed over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tests.faults import clock

FILE = "letters.jsonl"


class Backend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        lines = [
            json.dumps({"to": message.to, "subject": str(message.subject)}) + "\n"
            for message in email_messages
        ]
        with (clock.folder() / FILE).open("a") as file:
            file.write("".join(lines))
        return len(lines)


def sent(folder: Path) -> Counter[tuple[str, str]]:
    """How often a letter with this subject went to this address."""
    try:
        lines = (folder / FILE).read_text().splitlines()
    except FileNotFoundError:
        return Counter()
    read = [json.loads(line) for line in lines]
    return Counter((address, letter["subject"]) for letter in read for address in letter["to"])
