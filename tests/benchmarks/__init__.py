"""What the program costs, measured against bare bots that ask the same questions; no timed tests.

`python -m tests.benchmarks` prints one line of figures for each measure (docs/benchmarks.md).
"""
