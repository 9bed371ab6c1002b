"""The appendix on floating point: it has questions, and no exercises."""
