"""The ticker and the delivery loop: expiry, digest, reminders, delivery, purge."""
