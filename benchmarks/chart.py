# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chart: milliseconds for each token or environment, by work and way, on a logarithmic scale."""

from __future__ import annotations

import math
import re
import sys

import pygal
from pygal.etree import etree
from pygal.style import Style

from benchmarks import figures
from benchmarks.record import Record
from benchmarks.works import CONTENDERS, LETTERS, TYPICAL

# It leaves a finder of modules behind that is of a kind Python no longer takes, and warns of at each import.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

# Ours first; hues of a scale that the colour-blind can tell apart, the network's own limit in grey.
COLOURS = {
    "set": "#0072b2",
    "loop": "#56b4e9",
    "set_process": "#009e73",
    "loop_process": "#8fd6b8",
    "uri_once": "#e69f00",
    "uri_loop": "#d55e00",
    "jelapi": "#cc79a7",
    "jelastic_client": "#f0c8de",
    "bare": "#999999",
}
FONT = "Verdana, DejaVu Sans, sans-serif"


def svg(record: Record) -> str:
    """The chart of a record; the same text for the same record."""
    works = [work for work in LETTERS if any(record.find(work, way, TYPICAL) for way in COLOURS)]
    bars = {way: [_milliseconds(record, work, way) for work in works] for way in COLOURS}
    # The standard library writes the text, also where another XML library is installed.
    etree.to_etree()
    known = [value for values in bars.values() for value in values if value]
    chart = pygal.Bar(_config(min(known, default=1.0), max(known, default=10.0)), style=_style())
    chart.title = f"Milliseconds for each item, {TYPICAL} ms from the platform (logarithmic; less is better)"
    chart.x_labels = [f"({LETTERS[work]}) {work.replace('_', ' ')}" for work in works]
    for way, values in bars.items():
        chart.add(CONTENDERS[way].title, values)
    # Its comments have the date on which the text was made.
    text = re.sub("<!--.*?-->", "", chart.render(is_unicode=True), flags=re.DOTALL)
    return text.rstrip() + "\n"


def _milliseconds(record: Record, work: str, way: str) -> float | None:
    one = record.find(work, way, TYPICAL)
    return round(figures.per_item(one) * 1000, 3) if one else None


def _style() -> Style:
    return Style(
        colors=tuple(COLOURS.values()),
        font_family=FONT,
        background="white",
        plot_background="white",
        value_font_size=9,
        label_font_size=13,
        major_label_font_size=11,
        legend_font_size=13,
        title_font_size=17,
    )


def _config(lowest: float, highest: float) -> pygal.Config:
    config = pygal.Config()
    config.logarithmic = True
    powers = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    config.y_labels = [10.0**power for power in powers]
    config.range = (config.y_labels[0], config.y_labels[-1])
    config.zero = config.y_labels[0]
    config.width, config.height = 1180, 580
    config.legend_at_bottom = True
    config.legend_at_bottom_columns = 3
    config.truncate_legend = config.truncate_label = -1
    config.print_values = True
    config.print_values_position = "top"
    config.formatter = _formatted
    # Pictures in a document run no script, and an identifier made anew each time would make each file another.
    config.js = []
    config.no_prefix = True
    return config


def _formatted(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
