"""Who is matched with whom, exactly, and why: no models, no database, no request.

`criteria` and `words` are read by pages too; the others bring numpy and scipy, which only workers
may load.
"""
