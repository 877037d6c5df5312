"""`make bench`: our pages beside a bare Django, in one run, as ratios."""
