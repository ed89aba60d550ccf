"""The application's entry point: the command `regie`."""
