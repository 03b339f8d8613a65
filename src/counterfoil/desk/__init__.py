"""The desk: findings of the live shop, kept until the books agree again."""
