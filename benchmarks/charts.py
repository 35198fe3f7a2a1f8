"""The charts: SVG from the measured results, legible on light and on dark pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

from benchmarks.results import Growth, Load, MockResults, PeerResults
from benchmarks.stats import median

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

# Stand for the text and the paper until the style sheet below gives both a colour for each scheme.
_INK: Final = "#010203"
_PAPER: Final = "#fdfcfb"
_GRID: Final = "#8c959f"
_STYLE: Final = """<style>
:root { --ink: #1f2328; --paper: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; } }
</style>
"""
# Of the same lightness in both schemes, and told apart by line and marker too.
_COLOURS: Final = {
    "waitress": "#2f81f7",
    "granian": "#d9730d",
    "bare waitress": "#2f81f7",
    "bare granian": "#d9730d",
}
_OTHERS: Final = "#8c959f"
_SETTINGS: Final = {
    "svg.hashsalt": "animeloop-mock", "font.size": 10, "text.color": _INK,
    "axes.labelcolor": _INK, "axes.edgecolor": _GRID, "axes.titlesize": 11,
    "xtick.color": _INK, "ytick.color": _INK, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "grid.color": _GRID,
    "grid.alpha": 0.35, "grid.linewidth": 0.6, "figure.facecolor": _PAPER,
    "axes.facecolor": "none", "savefig.facecolor": _PAPER,
}  # fmt: skip


def peers(results: PeerResults, path: Path) -> Path:
    """Requests a second, start-up and memory of the mock and its peers, as bars."""
    names = sorted(results.load, key=lambda name: _per_second(results.load[name]))
    panels = {
        "requests a second": [_per_second(results.load[name]) for name in names],
        "start to first answer, ms": [
            1000 * median([start.seconds for start in results.starts[name]]) for name in names
        ],
        "resident after the load, MB": [results.loaded_mb[name] for name in names],
    }
    labels = [f"the mock, {name}" if name in _COLOURS else name for name in names]
    with plt.rc_context(_SETTINGS):
        figure, axes = plt.subplots(
            1, 3, figsize=(10.5, 0.9 + 0.42 * len(names)), sharey=True, layout="constrained"
        )
        for plot, (title, values) in zip(axes, panels.items(), strict=True):
            colours = [_COLOURS.get(name, _OTHERS) for name in names]
            bars = plot.barh(labels, values, color=colours, height=0.66)
            plot.bar_label(bars, labels=[f"{value:,.0f}" for value in values], padding=3)
            plot.set_title(title, loc="left")
            plot.set_xlim(0, max(values) * 1.22)
            plot.xaxis.set_visible(False)
            plot.spines["bottom"].set_visible(False)
            plot.tick_params(axis="y", length=0)
        return _save(figure, path)


def growth(results: MockResults, path: Path) -> Path:
    """Cost a request by users and by sandboxes, throughput by connections, as lines."""
    with plt.rc_context(_SETTINGS):
        figure, axes = plt.subplots(1, 3, figsize=(10.5, 3.6), layout="constrained")
        figure.get_layout_engine().set(wspace=0.06)
        for plot, what in zip(axes, ("users", "sandboxes", "connections"), strict=True):
            found = [each for each in results.growth if each.what == what]
            _lines(plot, found, throughput=what == "connections")
            plot.set_xlabel(what)
        handles, labels = axes[2].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=4)
        return _save(figure, path)


def _lines(plot: Any, found: Sequence[Growth], *, throughput: bool) -> None:
    levels: list[int] = []
    for each in found:
        levels = sorted(each.levels)
        loads = [each.levels[level] for level in levels]
        bare = each.server.startswith("bare")
        plot.plot(
            levels,
            [_per_second(rounds) if throughput else _cpu(rounds) for rounds in loads],
            label=each.server if bare else f"the mock, {each.server}",
            color=_COLOURS.get(each.server, _OTHERS),
            linestyle="--" if bare else "-",
            marker="o" if "granian" in each.server else "s",
            markerfacecolor="none" if bare else None,
            markersize=5,
        )
    plot.set_xscale("log")
    if throughput:
        plot.set_yscale("log")
        plot.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        plot.yaxis.set_minor_formatter(NullFormatter())
        plot.set_title("requests a second", loc="left")
    else:
        plot.set_ylim(bottom=0)
        plot.set_title("processor time a request, µs", loc="left")
    plot.set_xticks(levels, [f"{level:,}" for level in levels])
    plot.xaxis.set_minor_locator(NullLocator())
    plot.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    plot.grid(axis="y")


def _per_second(loads: Sequence[Load]) -> float:
    return median([load.per_second for load in loads])


def _cpu(loads: Sequence[Load]) -> float:
    return median([load.cpu_us for load in loads])


def _save(figure: Any, path: Path) -> Path:
    """As SVG whose text and paper follow the scheme of whoever looks at it."""
    drawn = io.StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    plt.close(figure)
    text = drawn.getvalue().replace(_INK, "var(--ink)").replace(_PAPER, "var(--paper)")
    head, mark, rest = text.partition("<defs>")
    lines = [line.rstrip() for line in (head + _STYLE + mark + rest).splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
