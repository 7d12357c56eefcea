"""What is true of meetings with nothing but its arguments in hand."""
