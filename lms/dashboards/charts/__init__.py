"""Where the marks of a chart stand: figures in, frozen dataclasses out, one module a kind; templates/dashboards/charts draw them.
Any figure may be None, which is a withheld one. Imports nothing of this project."""

from lms.dashboards.charts.bars import Funnel, FunnelStep, Rate, RateRow, Rates, bar_widths, funnel, rates
from lms.dashboards.charts.boxes import Box, Boxes, Quartiles, quartiles
from lms.dashboards.charts.gaps import GapChart, GapPoint, gap_chart
from lms.dashboards.charts.lines import LineChart, line_chart
from lms.dashboards.charts.maps import CountryMap, country_map

__all__ = [
    "Box",
    "Boxes",
    "CountryMap",
    "Funnel",
    "FunnelStep",
    "GapChart",
    "GapPoint",
    "LineChart",
    "Quartiles",
    "Rate",
    "RateRow",
    "Rates",
    "bar_widths",
    "country_map",
    "funnel",
    "gap_chart",
    "line_chart",
    "quartiles",
    "rates",
]
