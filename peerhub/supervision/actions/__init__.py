"""What people do with supervision."""
