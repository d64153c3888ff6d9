"""The shipped settings, with what a run of faults needs to see and to break.

Nothing here is in production: a place to die between commit and answer, a place to die in the
middle of applying an event, a clock that can be moved, and a mail server that counts.
"""

import os

from config.settings import *  # noqa: F403
from tests.faults import clock, dying

clock.install(clock.folder())
if os.environ.get("FAULTS_PART") == "web":
    MIDDLEWARE = ["tests.faults.dying.BetweenCommitAndAnswer", *MIDDLEWARE]  # noqa: F405
if os.environ.get("FAULTS_PART") == "worker":
    dying.watch_writes(clock.folder())
if os.environ.get("FAULTS_BRIEF"):
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.brief.ShortLeases"]  # noqa: F405
EMAIL_BACKEND = "tests.faults.letters.Backend"
