"""What several rules share: folding, claiming, covered days, money taken and given back, baskets."""
