"""The rules, in plain Python: calendar, licence, e-mail keys, registration, use cases, ports."""
