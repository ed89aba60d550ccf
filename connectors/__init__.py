"""How Regie talks to the outside, and nothing about why."""
