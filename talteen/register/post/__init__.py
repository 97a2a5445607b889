"""Messages and letters, out and in."""
