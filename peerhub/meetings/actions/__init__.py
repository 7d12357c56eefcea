"""What is done with meetings."""
