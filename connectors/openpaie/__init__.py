"""Files of payroll products, and nothing about why: variables out by a declared profile, journals in (FEC, Quadratus, CSV)."""

from connectors.openpaie.export import Sending, digest, export_files
from connectors.openpaie.file import JournalFileError, read_journal

__all__ = ["JournalFileError", "Sending", "digest", "export_files", "read_journal"]
