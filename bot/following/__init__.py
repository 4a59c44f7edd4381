"""Following: which new papers are for whom."""
