from numba import njit

kernel = njit(cache=True, error_model="numpy")
inner = njit(cache=True, error_model="numpy", _nrt=False)
