"""`dnr-mailer contract`: print the AsyncAPI document of the messages; it needs no setting."""

import argparse
import json
import sys

from mailer_service.contract.asyncapi_document import document


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_chosen: argparse.Namespace) -> int:
    sys.stdout.write(written(document()))
    return 0


def written(described: dict[str, object]) -> str:
    """As `shared/asyncapi.json` has it."""
    return f"{json.dumps(described, indent=2, ensure_ascii=False)}\n"
