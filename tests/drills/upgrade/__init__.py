"""From the release of a day ago to this one, both installed from their wheels, while calls run."""
