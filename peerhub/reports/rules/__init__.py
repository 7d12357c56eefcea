"""What reports show, worked out from plain values. Pure."""
