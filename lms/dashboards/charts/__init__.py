"""Where the marks of a chart stand: figures in, frozen dataclasses out, one module a kind; templates/dashboards/charts draw them.
Any figure may be None, which is a withheld one. Imports nothing of this project."""

from lms.dashboards.charts.bars import bar_widths
from lms.dashboards.charts.lines import LineChart, line_chart
from lms.dashboards.charts.maps import CountryMap, country_map

__all__ = ["CountryMap", "LineChart", "bar_widths", "country_map", "line_chart"]
