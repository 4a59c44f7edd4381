"""What users told us: kept in SQLite or PostgreSQL, never rebuilt from elsewhere. Knows no Discord."""
