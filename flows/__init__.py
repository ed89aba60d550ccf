"""When and in what order: pull, decide, preview, approve, push, report."""
