from lms.dashboards.charts import bar_widths


def test_bars_are_parts_of_the_longest():
    assert bar_widths([(200, 50), (100, None), (None, None)]) == [(100.0, 25.0), (50.0, 0.0), None]
    assert bar_widths([]) == []
