"""What PeerHub holds of one person, gathered from every room for that person."""
