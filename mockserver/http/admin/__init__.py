"""The control plane of the mock, under `/__admin`."""
