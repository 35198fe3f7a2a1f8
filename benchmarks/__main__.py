"""`python -m benchmarks`: everything that is measured, one after the other."""

from __future__ import annotations

from benchmarks import startup, throughput

if __name__ == "__main__":
    startup.main()
    throughput.main()
