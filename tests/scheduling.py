"""Who runs which test, where several processes share them."""

from xdist.scheduler import LoadScopeScheduling

# They share a demo and a browser, and are the longest: one process takes them, and begins with them.
WITH_THE_DEMO = ("tests/browser/", "tests/lms/operations/test_run_demo.py")


class DemoFirst(LoadScopeScheduling):
    """Tests with the demo go together to one process, each other test to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return "demo" if nodeid.startswith(WITH_THE_DEMO) else nodeid
