"""python -m sandbox: runs until SIGTERM or Ctrl-C."""

import argparse
import logging
import signal
import sys
import threading

from sandbox.server import Sandbox


def main() -> int:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in for Razorpay.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", default="var/sandbox", help="a folder, or :memory:")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="sandbox: %(message)s")
    try:
        sandbox = Sandbox(data=asked.data, host=asked.host, port=asked.port)
    except (OSError, OverflowError, RuntimeError) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    _run(sandbox)
    return 0


def _run(sandbox: Sandbox) -> None:
    enough = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: enough.set())
    with sandbox:
        sys.stdout.write(f"The Razorpay sandbox is at {sandbox.url}\n")
        sys.stdout.flush()
        enough.wait()


if __name__ == "__main__":
    sys.exit(main())
