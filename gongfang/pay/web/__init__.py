"""The pages of pay, split by who reads them."""
