"""What readers keep: lists, follows, votes."""
