"""`./dev faults`: play one run, check it, say what was found. See docs/faults.md."""

from __future__ import annotations

import json
import signal
import sys

from tests import servers
from tests.bench.processes import Failed
from tests.faults import options, play
from tests.faults.options import Files
from tests.faults.play import Run, say


def main() -> int:
    """0 if every promise was kept."""
    plan, files = options.parse(sys.argv[1:])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_args: sys.exit("Stopped."))
    say(f"Seed {plan.seed}: {plan.again}")
    try:
        with play.played(plan) as run:
            status = judged(run, files)
    except servers.NotAvailable as error:
        sys.stderr.write(f"PostgreSQL and Redis are needed: {error}\n")
        return 2
    except Failed as error:
        sys.stderr.write(f"The run failed. {error}\n")
        status = 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        status = 130
    say(f"\nSeed {plan.seed}. To do the same again: {plan.again}")
    return status


def judged(run: Run, files: Files) -> int:
    """Check, report, write what was asked for."""
    # They import models, which exist from here on.
    from tests.faults import checker, report

    if files.history:
        run.history.write(files.history)
    say(f"\n{report.numbers(run)}\n")
    found = {}
    for promise, wrong in checker.violations(run):
        found[promise] = wrong
        say(report.verdict(promise, wrong))
    if files.result:
        files.result.write_text(json.dumps(report.as_json(run, found), indent=1) + "\n")
    broken = any(found.values())
    if broken:
        say(report.last_words(run))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
