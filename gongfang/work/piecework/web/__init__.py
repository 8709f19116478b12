"""The pages of piecework, split by who works with them."""
