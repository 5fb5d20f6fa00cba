"""Figures as pictures for a phone."""

import gc

from bot.texts.catalogue import Catalogue
from core.charts import Chart


class MatplotlibCharts:
    """Implements `core.ports.Charts`.

    matplotlib is loaded with the first picture: it takes 60 MB and a second, and many days have
    none.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def draw(self, chart: Chart, locale: str) -> bytes:
        """See `Charts.draw`."""
        from bot.charts.drawing import draw

        drawn = draw(chart, lambda text: self._catalogue.plain(text, locale))
        # A figure and its canvas hold each other, and 5 MB of pixels, until they are collected.
        gc.collect()
        return drawn
