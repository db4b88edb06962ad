"""Between the receipt and the acceptance: the pre-check of a project, the day of the window, the five days of the law."""
