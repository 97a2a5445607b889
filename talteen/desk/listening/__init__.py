"""What is heard and read of one call: player and words, corrected, covered, given out."""
