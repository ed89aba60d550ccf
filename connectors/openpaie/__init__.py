"""Files of payroll products: their journals in (FEC, Quadratus, a declared CSV). Bytes become rows, and nothing about why."""

from connectors.openpaie.file import JournalFileError, read_journal

__all__ = ["JournalFileError", "read_journal"]
