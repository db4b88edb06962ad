"""Parts of a project's pages, one subject each."""
