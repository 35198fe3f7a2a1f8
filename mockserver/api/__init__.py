"""The mocked API: what its documentation says, as data, and what the mock does."""
