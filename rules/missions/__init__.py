"""Missions: one consultant at one client. Read from what is sold; activity reports, margins and forecasts stand on them."""
