"""`./dev check`: what CI runs besides the tests. All run; the exit status is 1 if one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import translations

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DESK = {
    "ENV_FILE": os.devnull,
    "SECRET_KEY": "checks-only-" + "x" * 60,
    "ENCRYPTION_KEYS": "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE=",
}
PRODUCTION = {**DESK, "DEBUG": "false", "PUBLIC_URL": "https://books.example.com"}


def run(*command: str, env: dict[str, str] | None = None) -> str:
    """Run a tool; "" if it is content, else what it says."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or "failed"


def manage(*args: str, env: dict[str, str] | None = None) -> str:
    return run(sys.executable, "manage.py", *args, env=env or {**DESK, "DEBUG": "true"})


def templates() -> str:
    files = [str(path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    return run(str(BIN / "djade"), "--target-version", "5.2", "--check", *files)


CHECKS: dict[str, Callable[[], str]] = {
    "format": lambda: run(str(BIN / "ruff"), "format", "--check", "."),
    "lint": lambda: run(str(BIN / "ruff"), "check", "."),
    "types": lambda: run(str(BIN / "mypy"), "."),
    "layers": lambda: run(str(BIN / "lint-imports"), env=DESK),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "production settings": lambda: manage(
        "check", "--deploy", "--fail-level", "WARNING", env=PRODUCTION
    ),
    "API document": lambda: manage(
        "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull
    ),
    "templates": templates,
    "translations": translations.complaints,
}


def main() -> int:
    failed = []
    for name, check in CHECKS.items():
        started = time.monotonic()
        said = check()
        took = time.monotonic() - started
        sys.stdout.write(f"{'FAILED' if said else 'ok':<7}{name} ({took:.1f} s)\n")
        sys.stdout.flush()
        if said:
            failed.append(name)
            sys.stdout.write(f"{said}\n\n")
    if failed:
        sys.stdout.write(f"Failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
