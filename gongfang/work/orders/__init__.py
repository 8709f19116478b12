"""Orders with supplied material: product, enquiry, quote, sealed sample, contract, order, receipt, invoice, fee."""
