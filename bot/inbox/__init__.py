"""What people hear of what they follow: found among new papers, and brought to them."""
