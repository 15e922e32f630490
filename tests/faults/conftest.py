"""What the tests of faults share: assertions in helpers say what they compared."""

import pytest

pytest.register_assert_rewrite("tests.program", "tests.faults.rounds")
