"""How things look in Discord: Components V2 layouts made from papers and results."""
