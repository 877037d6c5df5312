"""The first cohort of the published pairings, made anew: its people, pilots and applications."""
