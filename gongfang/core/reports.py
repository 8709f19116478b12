"""What a report of a fault tells: where it happened and of which kind it was, and nothing anybody typed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.views.debug import ExceptionReporter

# What people type stands in forms and addresses, what they are in cookies and headers.
_TYPED = (
    "request_GET_items", "filtered_POST_items", "request_FILES_items", "request_COOKIES_items", "request_meta",
    "settings", "exception_value", "exception_notes", "user_str", "unicode_hint", "raising_frame",
)  # fmt: skip


class DiscreetReporter(ExceptionReporter):
    """Reports a fault to whoever keeps the installation, who may not read what its people wrote."""

    def get_traceback_data(self) -> dict[str, Any]:
        """Return the places of the fault; at a desk with GONGFANG_DEBUG, all that Django would tell."""
        told = super().get_traceback_data()
        if settings.DEBUG:
            return told
        frames = [_place(frame) for frame in told.get("frames", ())]
        nothing: dict[str, Any] = {name: {} for name in _TYPED}
        return {**told, **nothing, "frames": frames, "lastframe": frames[-1] if frames else None}


def _place(frame: dict[str, Any]) -> dict[str, Any]:
    cause = frame.get("exc_cause")
    return {**frame, "vars": (), "exc_cause": type(cause).__name__ if cause else None}
