"""The sub-commands of `regie`, one module each; `regie.cli.COMMANDS` names them."""
