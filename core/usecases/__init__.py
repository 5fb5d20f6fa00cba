"""What the program does, one module per verb; each runs inside the caller's transaction."""
