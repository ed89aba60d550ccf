"""How fast Regie is, as ratios measured in one run: `make bench`. No test: nothing here passes or fails by a clock in CI."""
