"""From validated hours to draft invoices: what is billed, what is blocked and why. One file a mode; `decide` joins them."""
