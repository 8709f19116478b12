"""Who holds what: money, points, material and pieces as transfers between accounts."""
