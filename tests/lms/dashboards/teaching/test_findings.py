import pytest

from lms.dashboards.teaching.findings import two_decimals


@pytest.mark.parametrize(
    ("figure", "written"),
    [(0.049, "0.05"), (-0.119, "-0.12"), (-0.001, "0.00"), (1.0, "1.00"), (0, "0.00"), (None, "")],
)
def test_correlations_are_rounded_and_nought_has_no_sign(figure, written):
    assert two_decimals(figure) == written
