"""How fast the mock is, beside bare servers, older code and other mock servers.

`python -m benchmarks` measures and writes docs/benchmarks.md. Linux only.
"""
