"""What `./dev run` and `./dev manage` share: this desk's `.env`, its data and its addresses."""

from __future__ import annotations

import json
import os
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
PORT, SANDBOX_PORT = 8000, 8001


def read() -> Path:
    """Take over what `.env` says where the environment says nothing; the folder of the data."""
    os.chdir(ROOT)
    environ.Env.read_env(os.environ.get("ENV_FILE", str(ROOT / ".env")))
    return Path(os.environ.get("DATA_DIR", ROOT / "var"))


def at_a_desk() -> bool:
    """Production names its addresses itself, and leaves Razorpay's out to mean Razorpay."""
    return bool(environ.Env().bool("DEBUG", default=False))


def remember(data: Path, port: int, sandbox_port: int) -> None:
    """For commands that are given beside a running desk: they name the same addresses."""
    (data / "ports.json").write_text(json.dumps([port, sandbox_port]))


def recall(data: Path) -> tuple[int, int]:
    """The ports of the latest run."""
    try:
        port, sandbox_port = json.loads((data / "ports.json").read_text())
    except (OSError, ValueError, TypeError):
        return PORT, SANDBOX_PORT
    return int(port), int(sandbox_port)


def settle(port: int, sandbox_port: int) -> str:
    """Name the addresses that neither the environment nor `.env` names; the sandbox's own one."""
    sandbox = f"http://{HOST}:{sandbox_port}"
    os.environ.setdefault("PUBLIC_URL", f"http://{HOST}:{port}")
    # Whoever names another Razorpay gets its checkout page as well.
    if os.environ.setdefault("RAZORPAY_API_URL", sandbox) == sandbox:
        os.environ.setdefault("RAZORPAY_CHECKOUT_URL", f"{sandbox}/v1/checkout.js")
    return sandbox
