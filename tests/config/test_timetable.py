"""The worker's queues: what rings often keeps nothing else waiting."""

from __future__ import annotations

from typing import Any

from kombu import Connection

from config.celery import app
from orders.tasks import send_due_mails
from webhooks.tasks import work_inbox

FLOOD = 50


def test_a_flooded_inbox_keeps_no_other_task_waiting() -> None:
    taken: list[str] = []

    def take(body: Any, message: Any) -> None:
        taken.append(message.headers["task"])
        message.ack()

    with Connection("memory://") as connection:
        channel: Any = connection.channel()
        consumer = app.amqp.TaskConsumer(channel, callbacks=[take])
        with app.amqp.Producer(channel) as producer:
            for task in [work_inbox] * FLOOD + [send_due_mails]:
                task.apply_async(producer=producer)
        with consumer:
            while len(taken) < 3:
                connection.drain_events(timeout=5)
    assert send_due_mails.name in taken
