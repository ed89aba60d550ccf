"""The closing: revenue done and not invoiced (FAE), and invoiced and not yet earned (PCA)."""
