"""Measures what the project promises about speed, beside bare servers and beside its peers.

`run` measures and writes results, `report` makes `docs/benchmarks.md` and its charts of them; one
module for each question in between. `make bench` and `make bench-peers` do both. Linux only.
"""
