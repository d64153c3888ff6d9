"""Everything a part of the sandbox may need: books, time, chance, and one turn at a time."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.books import Books, Doc
from sandbox.clock import Clock


class World:
    def __init__(self, data: str) -> None:
        self.books = Books(data)
        self.clock = Clock(self.books.setting("clock", 0.0))
        self.address = ""
        self.now = int(self.clock.now())
        self.happened: list[Doc] = []
        self.chance = random.Random(1)
        self.ring_courier: Callable[[], None] = lambda: None
        self.marching = threading.Lock()
        self.closing = False
        self._door = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One request, one due moment: alone, at one instant, wholly or not at all."""
        with self._door:
            self.now = int(self.clock.now())
            self.happened = []
            self.books.begin()
            try:
                yield
            except BaseException:
                self.books.roll_back()
                raise
            self.books.commit()
            rang = bool(self.happened)
        if rang:
            self.ring_courier()

    def odd(self, name: str) -> bool:
        overrides: dict[str, bool] = self.books.setting("oddities", {})
        return overrides.get(name, True)

    def keep_time(self) -> None:
        with self.turn():
            self.books.keep_setting("clock", self.clock.offset)

    def close(self) -> None:
        with self._door:
            self.books.close()
