"""Code that each rule finds something in, and code about which it says nothing.

A line that ends in ``#!`` is where the rule must find something, and nowhere else. ``TO`` is the
direction, or both of them, with the oldest Sanic where that matters.
"""
