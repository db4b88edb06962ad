"""After a grant: commitments that are checked, grants that are revoked or given back."""
