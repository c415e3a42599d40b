"""The commands of the mailer: `dnr-mailer worker` and what an operator needs beside it."""

import argparse
import importlib
import os
import select
import signal
import sys
from collections.abc import Callable, Sequence

from shared.settings import SettingsWrong

SETTINGS_WRONG = 2
STDOUT = 1
# As shells say it of what SIGPIPE or SIGINT ended.
UNREAD, INTERRUPTED = 128 + signal.SIGPIPE, 128 + signal.SIGINT
# Each is a module of mailer_service.commands with `add_arguments(parser)`, and `run(chosen)`, whose answer is
# the exit status. Loaded when chosen: the worker needs nothing of what the others do.
COMMANDS = {
    "worker": "deliver mails from the queue until stopped",
    "parked": "look at mails that nobody could deliver, send them again, or throw them away",
    "preview": "write every mail to files, to look at",
    "check": "say whether receivers will trust our mail, and what to do where they won't",
    "bounces": "read what came back, and report it",
    "contract": "print the AsyncAPI document of the messages",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 2 where the arguments or the settings are wrong."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="dnr-mailer", description="Delivers the mails of the login.")
    commands = parser.add_subparsers(required=True)
    parsers = {name: commands.add_parser(name, help=help_) for name, help_ in COMMANDS.items()}
    chosen = next((argument for argument in given if argument in COMMANDS), None)
    if chosen is None:
        parser.parse_args(given)
        return 0
    command = importlib.import_module(f"mailer_service.commands.{chosen}")
    command.add_arguments(parsers[chosen])
    return status_of(command.run, parser.parse_args(given))


def status_of(run: Callable[[argparse.Namespace], int], chosen: argparse.Namespace) -> int:
    try:
        status = run(chosen)
        sys.stdout.flush()
    except SettingsWrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return SETTINGS_WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        if not is_unread(STDOUT):
            raise
        # Who reads us has seen enough, as `head` has. What is unwritten would trip Python at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
        return UNREAD
    return status


def is_unread(output: int) -> bool:
    """Whether nobody reads this file descriptor any more; else the broken pipe was another one."""
    poll = select.poll()
    # Nothing to wait for: that its reader is gone is told in any case.
    poll.register(output, 0)
    return bool(poll.poll(0))


if __name__ == "__main__":
    sys.exit(main())
