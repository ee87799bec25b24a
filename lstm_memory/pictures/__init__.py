"""What is drawn, and the same in words."""
