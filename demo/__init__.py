"""A story on the sandbox: October and November of a services company, in the browser and by Regie's commands (`make story`)."""
