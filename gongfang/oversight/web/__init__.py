"""Pages of what the county sees."""
