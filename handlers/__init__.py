"""The conversation: facility steps, staff desk and commands, the same for every messenger."""
