"""Records of requests and replies: journal, coverage and request log."""
