"""What pages, the API and the command line show of projects."""
