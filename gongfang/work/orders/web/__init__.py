"""The pages of orders, split by noun."""
