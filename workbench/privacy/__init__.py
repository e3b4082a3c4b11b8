"""Privacy: views that answer with noise, and the ledger of what every answer spent."""
