"""`make app`: the Explorer as a page of its own."""

import sys

if __name__ == "__main__":  # the fork server imports this again for each kernel
    from .server import main

    main(sys.argv[1:])
