"""The mocked API: its documentation as data, and the behaviour of the mock."""
