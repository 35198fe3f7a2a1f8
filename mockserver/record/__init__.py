"""What was asked and answered: journal, coverage and request log."""
