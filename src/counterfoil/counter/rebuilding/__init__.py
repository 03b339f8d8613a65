"""Orders that are made afterwards, because the acquirer's own record proves that money was taken for them."""
