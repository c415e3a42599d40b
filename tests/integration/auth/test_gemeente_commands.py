"""`dnr-auth gemeente` as an operator runs it: what it says, how it ends, and what it changes."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from auth_service import gemeente_commands
from auth_service.__main__ import command_parser
from auth_service.command_refused import CommandRefused
from tests.cbs_files import coded_file, labelled_file, list_of_names, whole_country
from tests.integration.auth.test_gemeente_import import MERGED, ROWS


@pytest.fixture
def run(database_url, monkeypatch, capsys):
    """Run the command here; returns its lines."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("PUBLIC_URL", "https://inloggen.example.nl")
    monkeypatch.setattr(gemeente_commands, "configure_logs", lambda *_, **__: None)

    async def run(*arguments):
        options = command_parser().parse_args(["gemeente", *map(str, arguments)])
        capsys.readouterr()
        await options.run(options)
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def refusal_of(run):
    async def refusal_of(*arguments):
        with pytest.raises(CommandRefused) as refusal:
            await run(*arguments)
        return str(refusal.value)

    return refusal_of


@pytest.fixture
def files(tmp_path):
    """Tables of two years, with the names of the first."""
    contents = {
        "labelled-2024.csv": labelled_file(ROWS),
        "coded-2024.csv": coded_file(ROWS),
        "names.json": list_of_names(ROWS),
        "labelled-2025.csv": labelled_file(MERGED),
        "broken-2024.csv": labelled_file(ROWS).replace(b"WP1002", b"WP1001"),
        "unnamed.csv": labelled_file(ROWS),
        "country-2024.csv": labelled_file(whole_country()),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


async def gemeente(sql, code):
    row = await sql.fetchrow(
        "SELECT email, phone, host, participating, totp_required, approval_required FROM gemeenten"
        " WHERE code = $1",
        code,
    )
    return tuple(row)


async def trail(sql):
    rows = await sql.fetch(
        "SELECT act, gemeente_code, actor_id, actor_role FROM audit_trail ORDER BY happened_at"
    )
    return [tuple(row) for row in rows]


async def test_both_forms_of_a_table_are_taken(files, run, sql):
    await run("import", files / "coded-2024.csv", "--names", files / "names.json")
    places = await sql.fetch("SELECT * FROM places ORDER BY key, code")

    lines = await run("import", files / "labelled-2024.csv")

    assert "New gemeenten: 0" in lines
    assert await sql.fetch("SELECT * FROM places ORDER BY key, code") == places


async def test_it_tells_what_a_merger_does(files, run, sql, make_account):
    await run("import", files / "labelled-2024.csv")
    await run("set", "GM0501", "--participating", "--email", "post@brielle.example", "--no-totp-required")
    await make_account(place="Brielle")

    tried = await run("import", files / "labelled-2025.csv", "--dry-run")
    lines = await run("import", files / "labelled-2025.csv")

    assert tried == [*lines, "This was a dry run: nothing is changed."]
    assert lines[0] == "Table of 2025: 4 gemeenten, 7 places"
    assert lines[lines.index("Gemeenten dissolved: 2") + 1] == (
        "  GM0501 Brielle, took part: 1 company, 1 account, 0 registrations still belong to it;"
        " its places lie in Voorne aan Zee (GM1992) now"
    )
    for line in (
        "New gemeenten: 1",
        "  GM1992 Voorne aan Zee",
        "Gemeenten renamed: 1",
        "  GM0164 Hengelo (O.) is now Hengelo",
        "  Nieuwstad (WP1007) in Bronckhorst",
        "Places moved: 3",
        "  Brielle (WP1001) from Brielle to Voorne aan Zee",
        "Places removed: 0",
    ):
        assert line in lines


async def test_of_thousands_of_places_only_the_number_is_told(files, run):
    lines = await run("import", files / "country-2024.csv")

    assert "Places added: 2500" in lines
    assert "  and 2450 more" in lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("coded-2024.csv",), "--names"),
        (("broken-2024.csv",), "Line 3 repeats WP1001, which line 2 has too. Nothing is changed."),
        (("unnamed.csv",), "--year"),
        (("labelled-2024.csv", "--year", "1024"), "There is no table of 1024."),
        (("nowhere-2024.csv",), "can't be read"),
        (("coded-2024.csv", "--names", "labelled-2024.csv"), "this is no JSON"),
    ],
)
async def test_a_table_that_cannot_be_used_changes_nothing(files, refusal_of, sql, arguments, said):
    before = await sql.fetch("SELECT * FROM gemeenten")
    arguments = [files / word if "." in word else word for word in arguments]

    assert said in await refusal_of("import", *arguments)
    assert await sql.fetch("SELECT * FROM gemeenten") == before


async def test_a_table_of_a_former_year_is_refused(files, run, refusal_of):
    await run("import", files / "labelled-2025.csv")

    assert "The table of 2025 was imported before" in await refusal_of("import", files / "labelled-2024.csv")


async def test_the_list_finds_by_name_and_code(run):
    everything = await run("list")
    (elders,) = await run("list", "elders")
    (zeedorp,) = await run("list", "gm9901")

    assert len(everything) == 3
    assert len(await run("list", "--participating")) == 2
    assert "takes no part" in elders
    assert zeedorp.split()[:4] == ["GM9901", "Zeedorp", "takes", "part"]
    assert await run("list", "nergenshuizen") == []


async def test_an_operator_sets_all_there_is_to_set(run, sql):
    await run(
        *("set", "GM9903", "--participating", "--email", "Post@Elders.example", "--phone", "14 0228"),
        *("--host", "Elders.example.nl", "--totp-required", "--approval"),
    )

    assert await gemeente(sql, "GM9903") == (
        "Post@elders.example",
        "14 0228",
        "elders.example.nl",
        True,
        True,
        True,
    )
    assert sorted(await trail(sql)) == [
        ("gemeente_joined", "GM9903", None, None),
        ("totp_required", "GM9903", None, None),
    ]


async def test_what_is_not_named_stays(run, sql):
    before = await gemeente(sql, "GM9901")

    await run("set", "GM9901", "--host", "zeedorp.example.nl")
    await run("set", "GM9901", "--no-host")

    assert await gemeente(sql, "GM9901") == before
    assert [act for act, *_ in await trail(sql)] == ["gemeente_changed", "gemeente_changed"]


async def test_what_is_so_already_leaves_no_line(run, sql):
    (said, _) = await run("set", "GM9901", "--participating")

    assert said == "Nothing changed, it was so already:"
    assert await trail(sql) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("GM9901",), "Give what to set"),
        (("GM0000", "--participating"), "There is no gemeente GM0000."),
        (("GM9903", "--email", "", "--participating"), "give --email"),
        (("GM9901", "--email", ""), "give --email"),
        (("GM9901", "--email", "zeedorp"), "--email is no mail address."),
        (
            ("GM9901", "--phone", "bel ons", "--host", "x"),
            "--phone is no telephone number. --host is no host",
        ),
        (("GM9901", "--host", "inloggen.example.nl"), "the one of PUBLIC_URL"),
        (("GM9901", "--host", "bergen.example.nl"), "--host is another gemeente's."),
    ],
)
async def test_what_cannot_be_set_changes_nothing(run, refusal_of, sql, arguments, said):
    await run("set", "GM9902", "--host", "bergen.example.nl")
    before = await sql.fetch("SELECT * FROM gemeenten ORDER BY code"), await trail(sql)

    assert said in await refusal_of("set", *arguments)
    assert (await sql.fetch("SELECT * FROM gemeenten ORDER BY code"), await trail(sql)) == before


async def test_a_dissolved_gemeente_takes_no_part_again(run, refusal_of, sql):
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2024 WHERE code = 'GM9903'")

    said = await refusal_of("set", "GM9903", "--participating", "--email", "post@elders.example")

    assert said == "It is dissolved, and can't take part any more. Nothing is changed."


async def test_wrong_input_ends_with_status_2_and_one_sentence(files, database_url):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "auth_service", "gemeente", "import", str(files / "broken-2024.csv")),
        env={"DATABASE_URL": database_url, "PATH": os.environ["PATH"]},
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(60):
        said, complained = await process.communicate()

    assert (process.returncode, said) == (2, b"")
    assert complained.decode() == "Line 3 repeats WP1001, which line 2 has too. Nothing is changed.\n"
