"""The arrows that must never exist: who imports whom, read from the source."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AUTH, MAILER = "auth_service", "mailer_service"
# Who may not import what; a prefix stands for everything below it.
FORBIDDEN = {
    AUTH: (MAILER, "deploy"),
    MAILER: (AUTH, "deploy", "asyncpg", "aiohttp"),
    "shared": (AUTH, MAILER, "deploy"),
    "auth_service.accounts": (
        "shared",
        *(
            f"auth_service.{room}"
            for room in ("flows", "storage", "messaging", "web", "config", "wiring", "password_hashing")
        ),
    ),
    "auth_service.flows": (
        "auth_service.web",
        "auth_service.messaging",
        "auth_service.wiring",
        "auth_service.config",
        "aiohttp",
        "aio_pika",
        "jinja2",
        "asyncpg",
    ),
    "auth_service.web": (
        "auth_service.storage",
        "auth_service.wiring",
        "auth_service.config",
        "asyncpg",
        "aio_pika",
    ),
    "auth_service.storage": ("auth_service.flows", "auth_service.web", "auth_service.messaging"),
    "auth_service.messaging": ("auth_service.web", "aiohttp", "jinja2"),
}
# Only one place asks the machine's clock; see ruff's banned API for `datetime.now` itself.
NOT_PURE = ("asyncio", "asyncpg", "aiohttp", "aio_pika", "socket", "os", "pathlib", "time")


def modules(package):
    return sorted((ROOT / package.replace(".", "/")).rglob("*.py"))


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports_of(path):
    """The names a module imports, `from x import y` as both x and x.y."""
    return tuple(imported_in(path))


def imported_in(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_below(name, prefix):
    return name == prefix or name.startswith(f"{prefix}.")


@pytest.mark.parametrize("importer", FORBIDDEN)
def test_no_forbidden_arrow(importer):
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in modules(importer)
        for imported in imports_of(path)
        if any(is_below(imported, prefix) for prefix in FORBIDDEN[importer])
    ]

    assert modules(importer), f"{importer} has moved: this test looks at nothing"
    assert wrong == []


def test_the_rules_of_accounts_do_no_io():
    wrong = [
        f"{name_of(path)} imports {imported}"
        for path in modules("auth_service.accounts")
        for imported in imports_of(path)
        if any(is_below(imported, library) for library in NOT_PURE)
    ]

    awaiting = [
        name_of(path)
        for path in modules("auth_service.accounts")
        if any(
            isinstance(node, ast.AsyncFunctionDef | ast.Await)
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]
    assert wrong == []
    assert awaiting == []


def test_shared_holds_only_what_both_services_use():
    """Directly, or through another module of shared that they use."""
    shared = {name_of(path): set(imports_of(path)) for path in modules("shared") if path.stem != "__init__"}

    def used_by(service):
        seen = {name for path in modules(service) for name in imports_of(path) if name in shared}
        while more := {name for module in seen for name in shared[module] if name in shared} - seen:
            seen |= more
        return seen

    assert {module for module in shared if module not in used_by(AUTH) & used_by(MAILER)} == set()


def test_only_storage_talks_to_the_database_and_only_it_holds_sql():
    talkers = {
        path.relative_to(ROOT).parts[1]
        for path in modules(AUTH)
        if any(is_below(imported, "asyncpg") for imported in imports_of(path))
    }

    assert talkers == {"storage"}


@pytest.mark.parametrize("poor", ["utils", "helpers", "common", "base", "manager", "misc"])
def test_no_module_has_a_name_that_says_nothing(poor):
    named = [name_of(path) for package in (AUTH, MAILER, "shared", "deploy") for path in modules(package)]

    assert [name for name in named if poor in name.rpartition(".")[2].split("_")] == []
