"""Measures the mock's speed beside bare servers, older commits and other mock servers.

`python -m benchmarks` measures and writes docs/benchmarks.md. Linux only.
"""
