"""The image, built from nothing and run as its head says."""
