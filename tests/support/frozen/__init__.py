"""The frozen ledger: written once by the program of November 2026, restored and audited ever after."""
