"""What runs inside the sandbox. These files import NumPy and the standard library, nothing else."""
