"""What the county sees: figures, arrears, doubtful items."""
