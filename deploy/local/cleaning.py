"""`python3 -m deploy.local.cleaning`: removes what `make run` and `make test` made."""

import shutil
import sys
from pathlib import Path

from deploy.local.failures import StartFailed, not_ours
from deploy.local.run_lock import only_run
from deploy.local.unprivileged import place_for, server_account

ROOT = Path(__file__).absolute().parents[2]
# Where a PrivatePostgres keeps its data, which as root may be outside the checkout.
POSTGRES_HOMES = (".local/run/postgres",)
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis")


def clean(root: Path) -> None:
    """Raises StartFailed while `make run` is running."""
    (root / ".local" / "run").mkdir(parents=True, exist_ok=True)
    with only_run(root / ".local" / "run" / "lock"):
        for home in POSTGRES_HOMES:
            shutil.rmtree(place_for(server_account(), root / home))
        for name in (".local", *CACHES):
            shutil.rmtree(root / name, ignore_errors=name in CACHES)


def main() -> int:
    try:
        clean(ROOT)
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(not_ours(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
