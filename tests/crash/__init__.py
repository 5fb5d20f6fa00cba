"""The crash loop: the program is killed again and again, and a checker counts what is lost."""
