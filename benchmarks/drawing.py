"""Time to draw all of the Explorer's figures: prints {"first": seconds, "again": [seconds]}.

All of them are drawn, those of the pages out of sight as well, of which a learner sees one at
a time: loss, probabilities, states and gates, one unit, success rate, operation, comparison.
"""

import json
import time

from lstm_memory import Explorer

AGAIN = 5


def draw_all(explorer):
    """Draw every picture and table; return the seconds."""
    began = time.perf_counter()
    explorer.show_moment()
    for page in explorer.pages.children:
        page.draw()
    return time.perf_counter() - began


def main():
    explorer = Explorer(threaded=False, initialisations=10)
    seconds = []
    for seed in range(1 + AGAIN):
        explorer.seed = seed
        explorer.train()
        explorer.compare.keep()
        seconds.append(draw_all(explorer))
    first, *again = seconds
    print(json.dumps({"first": first, "again": again}))


if __name__ == "__main__":
    main()
