"""A made-up audit for the report's bench and tests: findings, timelines and everything around them."""
