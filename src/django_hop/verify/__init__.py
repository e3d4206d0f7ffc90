"""A hop proves itself: the project really runs on both releases, the results are compared, and what breaks is taken out."""
