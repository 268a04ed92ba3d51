"""What is here and what waits."""
