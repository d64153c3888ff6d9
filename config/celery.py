"""The worker and its timetable.

A task is a doorbell: the row in the database is the work, and times live in its columns. So a lost
or doubled message costs seconds at most, whatever the broker is.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_init

from config import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("raseed")
# Read when first needed: this module is imported while the settings are still being read.
app.config_from_object("config.timetable")
app.autodiscover_tasks()
# Before the pool begins: its children share what is frozen.
worker_init.connect(garbage.look_rarely)
