"""What tests are made of: houses, databases, people, calls."""
