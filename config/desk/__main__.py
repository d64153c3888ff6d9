"""`./dev run`: migrate, make a first login, start web, worker, beat and sandbox, stop them all."""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from config.desk.processes import Process, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("DATA_DIR", ROOT / "var"))
FIRST_LOGIN = DATA / "first-login.json"
FIRST_EMAIL = "seller@example.com"
HOST = "127.0.0.1"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev run", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the pages and the API")
    parser.add_argument("--sandbox-port", type=int, default=8001, help="of the Razorpay stand-in")
    return parser.parse_args()


def check_free(port: int) -> None:
    """Say so before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(
                f"Port {port} is in use. Is Raseed running already? Choose others with "
                "./dev run --port N --sandbox-port M"
            )


def manage(*args: str) -> str:
    """Run one management command; its output. A failure ends everything with its own words."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *args],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr.strip() or f"manage.py {args[0]} failed")
    return done.stdout


def first_login() -> dict[str, str]:
    """The first seller of this desk, made once; who also may open /admin/."""
    if not FIRST_LOGIN.exists():
        made = manage("create_seller", FIRST_EMAIL, "--business", "My shop", "--operator", "--json")
        FIRST_LOGIN.touch(mode=0o600)
        FIRST_LOGIN.write_text(made)
    login: dict[str, str] = json.loads(FIRST_LOGIN.read_text())
    return login


def processes(port: int, sandbox_port: int) -> list[Process]:
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config"]
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    schedule = str(DATA / "beat-schedule")
    return [
        Process("web", web),
        Process("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"]),
        Process("beat", [*celery, "beat", "--schedule", schedule, "--loglevel", "warning"]),
        Process(
            "sandbox",
            [
                python,
                "-m",
                "sandbox",
                "--port",
                str(sandbox_port),
                "--data",
                str(DATA / "sandbox"),
            ],
        ),
    ]


def main() -> int:
    os.chdir(ROOT)
    DATA.mkdir(parents=True, exist_ok=True)
    chosen = arguments()
    for port in (chosen.port, chosen.sandbox_port):
        check_free(port)
    sandbox = f"http://{HOST}:{chosen.sandbox_port}"
    os.environ.setdefault("PUBLIC_URL", f"http://{HOST}:{chosen.port}")
    os.environ.setdefault("RAZORPAY_API_URL", sandbox)
    os.environ.setdefault("RAZORPAY_CHECKOUT_URL", f"{sandbox}/v1/checkout.js")
    manage("migrate", "--no-input")
    login = first_login()
    sys.stdout.write(
        f"\n  Raseed      {os.environ['PUBLIC_URL']}\n"
        f"  sign in     {login['email']}   password {login['password']}\n"
        f"  API token   {login['api_token']}\n"
        f"  sandbox     {sandbox}   (stands in for Razorpay; keys rzp_test_sandbox0000001 / "
        "sandbox-secret)\n"
        f"  Ctrl-C stops everything; the data stays in {DATA}/.\n\n"
    )
    sys.stdout.flush()
    return Supervisor(processes(chosen.port, chosen.sandbox_port)).run()


if __name__ == "__main__":
    sys.exit(main())
