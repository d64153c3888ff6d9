"""`./dev manage`: manage.py in the surroundings of `./dev run`."""

from __future__ import annotations

import os
import sys

from config.desk import surroundings

if __name__ == "__main__":
    data = surroundings.read()
    if surroundings.at_a_desk():
        surroundings.settle(*surroundings.recall(data))
    command = [sys.executable, "manage.py", *sys.argv[1:]]
    os.execv(sys.executable, command)  # noqa: S606 - our own program
