"""One script per performance goal; each writes its figures beside the machine's own to bench/results."""
