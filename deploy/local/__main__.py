"""`python -m deploy.local`: what the Makefile calls."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from deploy.local.child_process import stop_with_parent
from deploy.local.console import Console
from deploy.local.failures import StartFailed, not_ours
from deploy.local.node_packages import install_node_packages
from deploy.local.packages import install_servers, install_test_programs
from deploy.local.running import run

ROOT = Path(__file__).absolute().parents[2]


def main() -> int:
    arguments = parsed_arguments()
    if getattr(arguments, "stop_with_parent", False):
        stop_with_parent(signal.SIGTERM)
    try:
        return do(arguments)
    except StartFailed as failure:
        print(failure, file=sys.stderr)
    except PermissionError as error:
        print(not_ours(error), file=sys.stderr)
    return 1


def do(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "run":
            return run(ROOT, Console())
        case "mailbox":
            show_mailbox(arguments.smtp_port, arguments.http_port)
        case "prepare-tests":
            prepare_tests(Console())
    return 0


def show_mailbox(smtp_port: int, http_port: int) -> None:
    # Imported here: `run` would spend half a second on loading what it doesn't use.
    from deploy.local.mailbox.server import serve

    asyncio.run(serve(smtp_port=smtp_port, http_port=http_port))


def prepare_tests(console: Console) -> None:
    # Also where others are given: the tests of the private servers start them all the same.
    install_servers(console, postgres=True, rabbit=True)
    install_test_programs(console)
    install_node_packages(console)


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="start everything and keep it running")
    running.add_argument("--stop-with-parent", action="store_true", help="stop when the caller dies")
    mailbox = commands.add_parser("mailbox", help="keep mails in memory and show them")
    mailbox.add_argument("--smtp-port", type=int, required=True)
    mailbox.add_argument("--http-port", type=int, required=True)
    commands.add_parser("prepare-tests", help="get the packages that the tests need")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
