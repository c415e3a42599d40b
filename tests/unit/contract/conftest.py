"""The examples and golden messages, as files."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "shared" / "examples"
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def examples():
    return {path.stem: path.read_bytes() for path in EXAMPLES.glob("*.json")}


def pytest_generate_tests(metafunc):
    for name, folder in (("example_file", EXAMPLES), ("golden_file", GOLDEN)):
        if name in metafunc.fixturenames:
            files = sorted(folder.glob("*.json"))
            metafunc.parametrize(name, files, ids=[file.name for file in files])
