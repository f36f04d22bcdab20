"""How `pytest -n` distributes the tests: a file stays in one process, and so do tests that would compete for the cores.

Each process has its own PostgreSQL.
"""

from xdist.scheduler import LoadScopeScheduling

_SAME_INPUTS = ("tests/contract/test_openapi.py", "tests/contract/test_authorisation.py")
"""Generating them takes longer than calling with them."""
_ONE_AFTER_ANOTHER = ("tests/browser/", "tests/acceptance/")
"""Browsers are driven from one process; killed processes and migrations under load watch the clock."""


class Workload(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        for folder in _ONE_AFTER_ANOTHER:
            if nodeid.startswith(folder):
                return folder
        file = nodeid.partition("::")[0]
        return "same inputs" if file in _SAME_INPUTS else file
