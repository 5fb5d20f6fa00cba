"""The wording: one Fluent file per language and subject, and the catalogue that reads them."""
