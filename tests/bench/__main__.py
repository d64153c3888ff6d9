"""Prepare the ground, measure, report. See `./dev bench --help`."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from tests.bench import ground, options
from tests.bench.ground import Missing
from tests.bench.processes import Failed


def main() -> int:
    plan, file = options.parse(sys.argv[1:])
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_args: sys.exit("Stopped."))
    try:
        with ground.prepared():
            return measure(plan, file)
    except Missing as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Failed as error:
        sys.stderr.write(f"The run failed. {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130


def measure(plan: options.Plan, file: Path | None) -> int:
    """0 if every bar is met."""
    import django

    django.setup()
    # Both import models, which exist from here on.
    from tests.bench import report, suite

    figures = suite.run(plan)
    bars = figures.bars()
    sys.stdout.write(f"{report.text(figures, plan)}\n\n{report.verdict(bars)}\n")
    if file:
        file.write_text(json.dumps(report.as_json(figures, plan), indent=1) + "\n")
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
