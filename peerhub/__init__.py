"""PeerHub: one place for the whole programme of peer support work in a mental health service."""
