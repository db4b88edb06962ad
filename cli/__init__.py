"""One command: ``kaigong …``. Each command's module is imported only when it runs."""
