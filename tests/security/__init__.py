"""Tests of what docs/security.md says."""
