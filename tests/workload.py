"""How `pytest -n` shares the tests out: a file stays in one process, and so does whatever would fight for the cores.

Each process has a PostgreSQL of its own.
"""

from xdist.scheduler import LoadScopeScheduling

_ONE_AFTER_ANOTHER = ("tests/browser/", "tests/acceptance/")
"""Browsers, killed processes and migrations under load: these watch the clock."""


class Workload(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_ONE_AFTER_ANOTHER):
            return "one after another"
        return nodeid.partition("::")[0]
