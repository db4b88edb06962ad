"""What people do: one use case a module, one transaction each."""
