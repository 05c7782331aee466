"""What the clerk does, a file for each part of the office."""
