"""How `pytest -n` shares the tests out: a file stays in one process, and so does whatever would fight for the cores.

Each process has a PostgreSQL of its own.
"""

from xdist.scheduler import LoadScopeScheduling

_SAME_INPUTS = ("tests/contract/test_openapi.py", "tests/contract/test_authorisation.py")
"""To think them up takes longer than to call with them."""
_ONE_AFTER_ANOTHER = ("tests/browser/", "tests/acceptance/")
"""Browsers, killed processes and migrations under load: these watch the clock."""


class Workload(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_ONE_AFTER_ANOTHER):
            return "one after another"
        file = nodeid.partition("::")[0]
        return "same inputs" if file in _SAME_INPUTS else file
