"""When a post is due: times, weekdays, places and their zones."""
