"""`make run`, from the first line to the last."""

import os
from pathlib import Path

from deploy.local.console import Console
from deploy.local.failures import StartFailed
from deploy.local.keeping_alive import KeepingAlive
from deploy.local.local_stack import LocalStack
from deploy.local.process_identity import descendants, kill_all
from deploy.local.run_lock import only_run
from deploy.local.run_settings import Ports
from deploy.local.stop_signals import StopRequested, StopSignals


def run(root: Path, console: Console) -> int:
    """Until Ctrl-C; returns the exit code."""
    folder = root / ".local" / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with only_run(folder / "lock"):
        signals = StopSignals(kill_children)
        stack = LocalStack(root, console)
        signals.listen()
        try:
            return start_and_watch(stack, console)
        finally:
            signals.orderly_stop_begins()
            console.say("Stopping (a second Ctrl-C ends everything at once)")
            stack.stop()
            # An interruption in the middle of a start may have left one that nobody knows of.
            kill_children()
            console.say("Everything is stopped.")


def start_and_watch(stack: LocalStack, console: Console) -> int:
    console.say("Starting the Digitaal Nachregister on this machine; Ctrl-C stops everything.")
    try:
        ports = stack.start()
        say_where_to_go(ports, stack, console)
        KeepingAlive(stack.kept(), console.say).look_forever()
    except StartFailed as failure:
        console.say(f"The start failed. {failure}")
        return 1
    except StopRequested:
        console.say()
        return 0


def say_where_to_go(ports: Ports, stack: LocalStack, console: Console) -> None:
    console.say(
        "\n"
        f"  App      http://localhost:{ports.http}\n"
        f"  Mailbox  http://localhost:{ports.mailbox}   shows every mail that is sent\n"
        f"  Logs     {stack.folder / 'logs'}\n"
        "\n"
        f"{stack.demo.rstrip()}\n"
        "\n"
        "Ctrl-C stops everything."
    )


def kill_children() -> None:
    kill_all(descendants(os.getpid()))
