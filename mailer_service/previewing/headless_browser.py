"""Pictures of pages, by a browser of this machine that is driven through its DevTools pipe."""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--no-first-run",
)
# Where the browser reads and writes (content/browser/devtools in Chromium's source).
COMMANDS_IN, ANSWERS_OUT = 3, 4
ANSWER_SECONDS = 30.0
VIEWPORT_HEIGHT = 800
END = b"\0"


class BrowserFailed(Exception):
    """The browser doesn't start, refuses what it is asked, or answers nothing in time."""


def find_browser() -> str | None:
    """The path of a program that can take pictures, where this machine has one."""
    return next((path for program in PROGRAMS if (path := shutil.which(program))), None)


@contextmanager
def headless_browser(program: str) -> Iterator["HeadlessBrowser"]:
    """One process with one page, ended with the block. Raises OSError where `program` can't be run."""
    # Processes of the browser may still write into its profile while they end.
    with (
        TemporaryDirectory(prefix="dnr-mailer-preview-", ignore_cleanup_errors=True) as profile,
        ExitStack() as ending,
    ):
        reads, commands = map(ending.enter_context, pipe())
        answers, writes = map(ending.enter_context, pipe())
        process = os.posix_spawn(
            program,
            [program, *ARGUMENTS, *sandbox(), f"--user-data-dir={profile}"],
            dict(os.environ),
            file_actions=[
                *((os.POSIX_SPAWN_OPEN, standard, os.devnull, os.O_RDWR, 0) for standard in (0, 1, 2)),
                (os.POSIX_SPAWN_DUP2, reads.fileno(), COMMANDS_IN),
                (os.POSIX_SPAWN_DUP2, writes.fileno(), ANSWERS_OUT),
            ],
            setpgroup=0,
        )
        ending.callback(end, process)
        # Else nobody would notice that the browser has ended: its end of this pipe would still be open here.
        writes.close()
        yield HeadlessBrowser(program, commands, answers)


def pipe() -> tuple[FileIO, FileIO]:
    """Both ends above the numbers that the browser wants: one would otherwise overwrite the other there."""
    low = os.pipe()
    reads, writes = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, ANSWERS_OUT + 1) for end in low)
    for end in low:
        os.close(end)
    return FileIO(reads, "r"), FileIO(writes, "w")


def sandbox() -> tuple[str, ...]:
    """Chromium refuses to run as root with its sandbox."""
    return ("--no-sandbox",) if os.geteuid() == 0 else ()


def end(process: int) -> None:
    # All of its group, and at once: nothing of it is kept.
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)


class HeadlessBrowser:
    def __init__(self, program: str, commands: FileIO, answers: FileIO) -> None:
        self._program = program
        self._commands = commands
        self._answers = answers
        self._asked = 0
        self._received = b""
        self._page = ""

    def picture(self, file: Path, *, width: int, scheme: str) -> bytes:
        """A PNG of all of `file`, `width` pixels wide; `scheme` is light or dark. Raises BrowserFailed."""
        self._page = self._page or self._opened()
        size = {"width": width, "height": VIEWPORT_HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._ask("Page.navigate", url=file.absolute().as_uri())
        self._next(lambda message: message.get("method") == "Page.loadEventFired")
        height = self._ask("Page.getLayoutMetrics")["cssContentSize"]["height"]
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        taken = self._ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(taken["data"])

    def _opened(self) -> str:
        """The session of a new page."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._page = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.enable")
        return self._page

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._asked += 1
        message = {"id": self._asked, "method": method, "params": parameters}
        if self._page:
            message["sessionId"] = self._page
        try:
            self._commands.write(json.dumps(message).encode() + END)
        except BrokenPipeError:
            raise BrowserFailed(f"{self._program} ended by itself") from None
        answer = self._next(lambda message: message.get("id") == self._asked)
        if "error" in answer:
            raise BrowserFailed(f"{self._program} refuses {method}: {answer['error'].get('message')}")
        return dict(answer["result"])

    def _next(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while not wanted(message := self._message()):
            pass
        return message

    def _message(self) -> dict[str, Any]:
        while END not in self._received:
            if not select.select([self._answers], [], [], ANSWER_SECONDS)[0]:
                raise BrowserFailed(f"{self._program} has said nothing for {ANSWER_SECONDS:.0f} seconds")
            if not (more := self._answers.read(1 << 20)):
                raise BrowserFailed(f"{self._program} ended by itself")
            self._received += more
        message, _, self._received = self._received.partition(END)
        return dict(json.loads(message))
