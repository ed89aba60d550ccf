"""Margins: what a month's work earned, what it cost, and what is left; by mission, client and business manager."""
