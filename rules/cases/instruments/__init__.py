"""Instruments of the reform, one module each: values derived from the facts."""
