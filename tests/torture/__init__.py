"""Faults with nothing lost: a billing run is killed, cut off, raced and starved, and Odoo must equal an undisturbed twin."""
