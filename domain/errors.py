"""What can go wrong that a user can mend; each message names the thing, the value and what to do."""


class PilotlightError(Exception):
    """Base of every error that the command line and the app show as one plain line."""


class RefusedError(PilotlightError):
    """A file that is not taken into the library.

    `reason` says what is wrong with it and `remedy` what its owner can do, each a clause without a full stop.
    """

    def __init__(self, source_file: str, reason: str, remedy: str) -> None:
        super().__init__(f"{source_file}: {reason}; {remedy}")
        self.source_file = source_file
        self.reason = reason
        self.remedy = remedy


class LibraryError(PilotlightError):
    """A library that is missing, damaged, locked, read-only or made by another version or encoder."""


class EncoderError(PilotlightError):
    """A model folder that is missing, damaged or no model."""


class FilterError(PilotlightError):
    """A filter value that the library does not know; the message lists the known ones."""


class NotFoundError(PilotlightError):
    """A document, statement or place that the library does not hold."""


class CodebookError(PilotlightError):
    """A codebook or rule file that breaks its own form; the message names the file and the rule id."""


class ExportError(PilotlightError):
    """A file that cannot be written or read back: unknown suffix, read-only target, foreign import."""
