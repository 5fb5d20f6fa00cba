"""The methods of the Bot API: a table of their parameters, and what each does to the world."""
