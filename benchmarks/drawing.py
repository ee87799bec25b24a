"""Time to draw all of the Explorer's figures: prints {row: seconds}.

All of them are drawn, those of the pages out of sight as well, of which a learner sees one at
a time: loss, probabilities, states and gates, one unit, success rate, operation, comparison.
"""

import json
from statistics import median
from time import perf_counter

from lstm_memory import Explorer

from .rows import DRAW_AGAIN, DRAW_FIRST

explorer = Explorer(threaded=False, initialisations=10)
seconds = []
for seed in range(6):
    explorer.seed = seed
    explorer.train()
    explorer.compare.keep()
    began = perf_counter()
    explorer.show_moment()
    for page in explorer.pages.children:
        page.draw()
    seconds.append(perf_counter() - began)
print(json.dumps({DRAW_FIRST: seconds[0], DRAW_AGAIN: median(seconds[1:])}))
