"""The acquirers' own word: bills and settlement files by hand, folder or download, and webhooks; into their book."""
