"""What is known of the county, as data: organisations, products, earlier orders. Generated rows hang on these."""
