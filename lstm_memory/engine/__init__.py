"""How it trains: which steps an update sees, the weights it begins with, and the loops."""
