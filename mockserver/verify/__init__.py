"""The documented contract, run as stateful sequences against any server and judged from outside."""
