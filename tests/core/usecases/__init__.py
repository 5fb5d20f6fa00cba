"""The use cases on a real database, without messenger, mail server or conversation."""
