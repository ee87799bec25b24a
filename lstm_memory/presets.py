"""Ready tasks, and settings that tell a story with one click."""


from .wanted import DEFAULTS


def lag(symbols):
    """Two sequences whose first symbol comes back after `symbols` others, the same in both."""
    between = " ".join(str(k % 3) for k in range(symbols))
    return f"3 {between} 3\n4 {between} 4"


TASKS = {  # what it is called: as it is typed
    "the tutorial's two sequences": DEFAULTS["sequences"],
    "the same, in letters": "A X Y Z A\nB X Y Z B",
    "three to tell apart": "A X Y Z A\nB X Y Z B\nC X Y Z C",
    "no memory needed": "0 1 2 3 4\n4 3",
    "count to three": "go tick tick tick stop",
    "lag 10": lag(10),
    "lag 30": lag(30),
    "lag 100": lag(100),
}
