"""What every page is made of: visit, doors, words, failures, drawings, documents."""
