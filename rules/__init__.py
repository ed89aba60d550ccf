"""What is decided: pure functions over frames, without I/O, clock, Prefect or Odoo names."""
