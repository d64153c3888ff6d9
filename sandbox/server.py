"""The whole sandbox: books, clock, courier and HTTP, started and stopped together."""

import logging
import threading
from types import TracebackType
from typing import Self

from sandbox import merchants, timetable
from sandbox.answers import Answer
from sandbox.api import door as api_door
from sandbox.checkout import door as checkout_door
from sandbox.courier import Courier
from sandbox.desk import door as desk_door
from sandbox.sent import Request
from sandbox.switches import door as switch_door
from sandbox.web import Server
from sandbox.world import World

TICK = 0.5

log = logging.getLogger("sandbox")


class Sandbox:
    """with Sandbox(data=":memory:", port=0) as sandbox: ... sandbox.url ..."""

    def __init__(self, *, data: str = ":memory:", host: str = "127.0.0.1", port: int = 0) -> None:
        # The port first: a second sandbox must not get as far as the first one's books.
        self._http = Server(host, port, self.answer)
        self.url = f"http://{host}:{self._http.server_address[1]}"
        try:
            self.world = World(data)
        except BaseException:
            self._http.server_close()
            raise
        self.world.address = self.url
        self._courier = Courier(self.world)
        self._stopping = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="clock")

    def answer(self, request: Request) -> Answer:
        if checkout_door.is_ours(request.path):
            return checkout_door.answer(self.world, request)
        if request.path.startswith(("/v1/", "/v2/")):
            return api_door.answer(self.world, request)
        if request.path.startswith("/sandbox/"):
            return switch_door.answer(self.world, request)
        return desk_door.answer(self.world, request)

    def start(self) -> Self:
        with self.world.turn():
            merchants.settle_in(self.world)
        self._courier.start()
        self._ticker.start()
        self._http.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self.world.closing = True
        self._http.close()
        self._courier.stop()
        self._ticker.join()
        self.world.close()

    def _tick(self) -> None:
        while not self._stopping.wait(TICK):
            try:
                timetable.tick(self.world)
            except Exception:
                log.exception("The clock stumbled.")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
