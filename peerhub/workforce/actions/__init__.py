"""What people do in workforce: one function each, plain values in, one audit entry, no commit."""
