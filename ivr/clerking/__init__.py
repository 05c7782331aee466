"""The clerk's actions, a file for each part of the office."""
