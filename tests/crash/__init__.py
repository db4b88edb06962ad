"""Trials of what breaks: a whole installation, people at work over HTTP, and faults at random.

A trial draws its faults from a seed, lets people act meanwhile, waits until the installation has
righted itself with nobody's help, and asks the ledger what became of every act that was acknowledged.
"""
