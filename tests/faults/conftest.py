"""What the tests of faults share: assertions in helpers say what they compared."""

from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.program", "tests.faults.rounds")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here runs whole programs against hostile servers: none of it belongs to the fast part."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)
