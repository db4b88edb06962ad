"""A scenario as data: what the YAML files are read into."""
