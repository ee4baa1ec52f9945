from lms.lib.errors import Refusal


class TooManyUnfinished(Refusal):
    """As many exports as one person may have under way are under way."""


class TooLongForExcel(Exception):
    """A table has more rows than a workbook is made of."""


class LeaseLost(Exception):
    """Another worker took the export up: whatever is made here is of no use."""
