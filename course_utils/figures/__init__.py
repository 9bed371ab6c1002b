"""Plots of the notebooks: they draw and return nothing. One style, one module per subject."""
