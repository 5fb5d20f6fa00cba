"""The entry point: configuration, wiring, wording, and one folder per messenger."""
