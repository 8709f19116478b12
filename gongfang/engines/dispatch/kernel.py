"""How the planner's inner loops become machine code, compiled once and kept beside the package.

`kernel` is for functions that make arrays; `inner` for those that make none, which then need not count references to
the ones they are given: counting costs more than the work between.

numba keeps what it compiled as long as a function's own file is unchanged, though the function it calls may stand in
another one. So the folder is named by all files with kernels together.
"""

from collections.abc import Callable
from hashlib import sha256
from os import environ
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

njit: Callable[..., Callable[[Any], Any]] = numba.njit
# A number as the kernels pass it on: a function is compiled once for it, not once for each constant it is called with.
whole = cast("Callable[[Any], int]", np.int64)
_F = TypeVar("_F", bound=Callable[..., Any])
_HERE = Path(__file__).parent


def _folder() -> Path:
    """Where compiled kernels are kept: NUMBA_CACHE_DIR if it is set, else beside the package."""
    sources = sha256(b"".join(file.read_bytes() for file in sorted(_HERE.glob("*.py"))))
    return (
        Path(environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__") / f"kernels-{sources.hexdigest()[:16]}"
    )


def _compiled(function: _F, **how: bool) -> _F:
    try:
        return cast("_F", njit(cache=True, error_model="numpy", **how)(function))
    except (
        RuntimeError
    ):  # no folder may be written: compiled anew in each process, slower at first, the same after
        return cast("_F", njit(error_model="numpy", **how)(function))


def _keep_compiled() -> None:
    try:
        _folder().mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    numba.config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]


_keep_compiled()


def kernel(function: _F) -> _F:
    """Compile a function that makes arrays."""
    return _compiled(function)


def inner(function: _F) -> _F:
    """Compile a function that makes no arrays."""
    return _compiled(function, _nrt=False)
