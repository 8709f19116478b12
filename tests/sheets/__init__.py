"""A thousand spoilt workbooks: each goes in whole, comes back row by row, or is refused in one sentence."""
