"""`./dev simulate-reattempts`: play it, judge it, say what was found. See docs/simulation.md."""

from __future__ import annotations

import sys

from tests import servers
from tests.simulation import keeping, options, parts, report


def main() -> int:
    """0 if every promise was kept."""
    plan, run = options.parse(sys.argv[1:])
    try:
        found = parts.played(plan, run)
    except servers.NotAvailable as error:
        sys.stderr.write(f"PostgreSQL is needed, or --database sqlite: {error}\n")
        return 2
    except keeping.OfAnotherRun as error:
        sys.stderr.write(f"{error}\n")
        return 2
    whole = report.together(found)
    sys.stdout.write(f"{report.text(plan, whole)}\n")
    return 1 if whole["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
