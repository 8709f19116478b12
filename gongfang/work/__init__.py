"""Orders, sharing out, bags and pieces."""
