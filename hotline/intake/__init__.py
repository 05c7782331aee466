"""Reads a town's lists from the files people keep them in: CSV, TSV, Excel, YAML."""
