"""One stage a channel: an acquirer of ours, its peer, and the peer's truth."""
