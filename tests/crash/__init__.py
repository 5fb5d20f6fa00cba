"""The crash loop: the whole program killed again and again, and a checker that counts what is lost."""
