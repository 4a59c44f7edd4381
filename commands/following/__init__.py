"""What people follow, and how they hear of it."""
