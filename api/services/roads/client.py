"""The near end of the process that holds the road network: questions go out, answers come back, or do not."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from typing import Self, TypeVar

import msgspec
import structlog

from api.roads.messages import LENGTH, Answer, Asked, Load, Ready, Refused, packed

Expected = TypeVar("Expected", bound=Answer)

_log = structlog.get_logger()
_LOAD_SECONDS = 300


class ProcessEnded(Exception):
    """It died, or never came up; why is in its log, which is ours."""


class RoadProcess:
    """`start` makes one. It holds one network; for another one, start another and stop this."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._asked = 0
        self._answers = msgspec.msgpack.Decoder(Answer)
        self._reader: asyncio.Task[None] | None = None
        self._silent_since: float | None = None

    @classmethod
    async def start(cls, wanted: Load) -> Self:
        """Waits until it has loaded the network. Raises ProcessEnded."""
        command = [sys.executable, "-P", "-m", "api.services.roads.process"]
        one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env={**os.environ, **one_thread}, limit=2**26
        )
        client = cls(process)
        try:
            client._send(wanted)
            content = await asyncio.wait_for(client._frame(), _LOAD_SECONDS)
            ready = msgspec.msgpack.decode(content, type=Ready)
        except (TimeoutError, EOFError, OSError) as error:
            await client.stop()
            raise ProcessEnded("the road network was not loaded") from error
        except BaseException:
            await client.stop()
            raise
        _log.info("road network loaded", edges=ready.edges, seconds=ready.seconds, pid=process.pid)
        client._reader = asyncio.create_task(client._read(), name="road answers")
        return client

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and self._reader is not None and not self._reader.done()

    @property
    def silent_seconds(self) -> float:
        """Since a question ran out of time; 0 as soon as anything is answered again."""
        return 0.0 if self._silent_since is None else time.monotonic() - self._silent_since

    @property
    def pid(self) -> int:
        return self._process.pid

    def next_id(self) -> int:
        self._asked += 1
        return self._asked

    async def ask(self, question: Asked, expected: type[Expected]) -> Expected | None:
        """None when no answer came in the question's time; then nobody else waits until the process speaks again."""
        if not self.alive or self._silent_since is not None:
            return None
        answer = self._waiting[question.id] = asyncio.get_running_loop().create_future()
        try:
            self._send(question)
            found = await asyncio.wait_for(answer, max(0.0, question.until - time.monotonic()))
        except TimeoutError:
            self._silent_since = self._silent_since or time.monotonic()
            return None
        except (OSError, ProcessEnded):
            return None
        finally:
            self._waiting.pop(question.id, None)
        return found if isinstance(found, expected) and not isinstance(found, Refused) else None

    async def retire(self, within_seconds: float) -> None:
        """Another answers from now on: finish what was asked, then stop."""
        if self.alive and self._waiting:
            await asyncio.wait(list(self._waiting.values()), timeout=within_seconds)
        await self.stop()

    async def stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()  # it keeps nothing that could be lost
        await self._process.wait()

    def _send(self, message: object) -> None:
        if self._process.stdin is None:
            raise ProcessEnded
        self._process.stdin.write(packed(message))

    async def _frame(self) -> bytes:
        if self._process.stdout is None:
            raise ProcessEnded
        (length,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
        return await self._process.stdout.readexactly(length)

    async def _read(self) -> None:
        try:
            while True:
                answer = self._answers.decode(await self._frame())
                self._silent_since = None
                waiting = self._waiting.get(answer.id)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        except (EOFError, OSError):
            _log.warning("the road network's process ended", pid=self._process.pid)
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(ProcessEnded())
