"""What goes wrong with the sandbox, each with what to do about it."""


class SandboxError(Exception):
    """The sandbox cannot go on: `str(error)` says why, `remedy` what a person does about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy
