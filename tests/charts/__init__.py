"""The figures as pictures."""
