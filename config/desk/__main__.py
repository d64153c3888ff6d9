"""Start everything at this desk: web, worker, scheduler and sandbox; Ctrl-C stops them all."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import NoReturn, TextIO

from config.desk import surroundings
from config.desk.processes import Process, Supervisor
from config.desk.surroundings import HOST, PORT, SANDBOX_PORT

# Celery's own advice, for servers; at a desk in a container everything belongs to root.
AS_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev run",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=port, default=PORT, help="of the pages and the API")
    parser.add_argument(
        "--sandbox-port", type=port, default=SANDBOX_PORT, help="of the Razorpay stand-in"
    )
    chosen = parser.parse_args()
    if chosen.port == chosen.sandbox_port:
        parser.error("the pages and the sandbox need a port each")
    return chosen


def port(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 16:
        raise argparse.ArgumentTypeError(f"{number} is no port; they go from 1 to 65535")
    return number


def check_free(number: int) -> None:
    """Say so before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except PermissionError:
            sys.exit(f"Port {number} is not for everyone's use. Choose one above 1023.")
        except OSError:
            sys.exit(
                f"Port {number} is in use. Is Raseed running already? Choose others: "
                "./dev run --port N --sandbox-port M"
            )


def hold(data: Path) -> TextIO:
    """One desk at a time on one folder of data; held while the file is open."""
    lock = (data / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"Raseed is running already on the data in {data}/. Stop it first, or name another "
            "folder: DATA_DIR=/path ./dev run"
        )
    return lock


def open_up(data: Path) -> dict[str, str]:
    """Migrate, and the first login. A failure ends everything with its own words."""
    done = subprocess.run(
        [sys.executable, "-m", "config.desk.opening", str(data / "first-login.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr.strip() or "The database could not be brought up to date.")
    login: dict[str, str] = json.loads(done.stdout)
    return login


def processes(web_port: int, sandbox_port: int, data: Path) -> list[Process]:
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config"]
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(web_port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "warning"]
    schedule = str(data / "beat-schedule")
    sandbox = [python, "-m", "sandbox", "--port", str(sandbox_port)]
    return [
        Process("web", web),
        Process("worker", worker, AS_ROOT),
        Process("beat", [*celery, "beat", "--schedule", schedule, "--loglevel", "warning"]),
        Process("sandbox", [*sandbox, "--data", str(data / "sandbox")]),
    ]


def greeting(login: dict[str, str], sandbox: str, data: Path) -> str:
    """What a person needs once everything runs."""
    email = login.get("email")
    who = f"{email}, password {login.get('password', 'as you chose it')}" if email else (
        "as before; ./dev manage create_seller EMAIL --business NAME makes a seller"
    )  # fmt: skip
    lines = {"Raseed": os.environ["PUBLIC_URL"], "sign in": who}
    if "api_token" in login:
        lines["API token"] = login["api_token"]
    if os.environ["RAZORPAY_API_URL"] == sandbox:
        lines["sandbox"] = f"{sandbox} stands in for Razorpay; no money moves"
        lines["its keys"] = "key ID rzp_test_sandbox0000001, key secret sandbox-secret"
    else:
        lines["Razorpay"] = f"{os.environ['RAZORPAY_API_URL']} (not the sandbox: .env says so)"
    said = "".join(f"  {name:<12}{value}\n" for name, value in lines.items())
    return f"\n{said}\n  Ctrl-C stops everything; your data stays in {data}/.\n\n"


def leave(*_signal: object) -> NoReturn:
    """Asked to stop before anything runs."""
    sys.exit("Stopped.")


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    chosen = arguments()
    data = surroundings.read()
    data.mkdir(parents=True, exist_ok=True)
    with hold(data):
        for number in (chosen.port, chosen.sandbox_port):
            check_free(number)
        sandbox = surroundings.settle(chosen.port, chosen.sandbox_port)
        surroundings.remember(data, chosen.port, chosen.sandbox_port)
        login = open_up(data)
        everything = processes(chosen.port, chosen.sandbox_port, data)
        said = greeting(login, sandbox, data)
        return Supervisor(everything).run([chosen.port, chosen.sandbox_port], said)


if __name__ == "__main__":
    sys.exit(main())
