"""Take exported events back in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gateways.models import Gateway
from webhooks.keeping.importing import Import, Tally

MOST_SHOWN = 100  # bad lines


class Command(BaseCommand):
    help = (
        "Take the events of an export (docs/inbox-export.md) into one gateway. Each line is "
        "checked against its SHA-256; what is there already stays as it is, so an import that "
        "was stopped can be started again. The worker applies the new ones: the books follow, "
        "nobody is mailed about them, nothing is charged, Razorpay is not called. Lines of the "
        "other mode are left out. No signature vouches for a file: import only what you "
        "exported. Bad lines are named, the others are taken, and the status is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the export; - for standard input")
        parser.add_argument(
            "--gateway", required=True, help="the gateway that the events go to (gw_...)"
        )
        parser.add_argument(
            "--from",
            dest="only",
            default="",
            help="only the lines of this gateway of the export (gw_...), where it has several",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="check every line, and store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        gateway = Gateway.objects.filter(uid=options["gateway"]).first()
        if gateway is None:
            raise CommandError(f"There is no gateway “{options['gateway']}” here.")
        self.told = 0
        work = Import(gateway, self.name, options["only"], options["dry_run"])
        if options["file"] == "-":
            tally = work.take(sys.stdin.buffer)
        else:
            tally = take_file(work, Path(options["file"]))
        self.stdout.write(in_words(tally, options["dry_run"]))
        if tally.bad:
            raise CommandError(f"{tally.bad} bad. The others were not held up by them.")

    def name(self, sentence: str) -> None:
        """One bad line, unless there are too many to read."""
        self.told += 1
        if self.told <= MOST_SHOWN:
            self.stderr.write(sentence)
        elif self.told == MOST_SHOWN + 1:
            self.stderr.write("Further bad lines are only counted.")


def take_file(work: Import, path: Path) -> Tally:
    try:
        with path.open("rb") as file:
            return work.take(file)
    except OSError as error:
        raise CommandError(str(error)) from error


def in_words(tally: Tally, is_rehearsal: bool) -> str:
    """What became of the lines."""
    stored = "Would be stored" if is_rehearsal else "Stored, for the worker to apply"
    parts = [f"{stored}: {tally.stored}.", f"Known already: {tally.known}."]
    if tally.left_out:
        parts.append(f"Of the other mode or another gateway, left out: {tally.left_out}.")
    return " ".join(parts)
