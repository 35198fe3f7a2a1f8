"""Tests any server against the documented contract, from outside, with stateful sequences."""
