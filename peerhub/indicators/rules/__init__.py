"""What is true of any figure with only the arguments in hand."""
