"""Real PostgreSQL and Valkey servers for a checkout that has none of its own.

Only the standard library is used here: all of it runs before Django is set up.
"""
