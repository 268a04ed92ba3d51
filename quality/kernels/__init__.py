"""Compiled kernels: NumPy arrays in, NumPy arrays out, no Python objects. The only folder that imports numba.

Every kernel is `@njit(nogil=True, cache=True)` and sits under a public function elsewhere in quality that
validates and documents.
"""
