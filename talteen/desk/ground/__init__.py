"""What processes stand on: folders, the database, how they begin, files for browsers."""
