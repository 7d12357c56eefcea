"""Who is still here after one, two and three years."""
