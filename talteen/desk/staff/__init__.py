"""People and what they may: reviews, stand-ins, emergencies, odd uses."""
