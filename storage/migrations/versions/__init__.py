"""Revisions, each written by hand and compared with the tables by the tests."""
