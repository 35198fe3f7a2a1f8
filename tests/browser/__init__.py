"""Pages in a real browser, against the mock on another port."""
