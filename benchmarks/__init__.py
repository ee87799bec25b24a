"""How fast the package is beside other ways of doing the same work: see `make bench`."""
