"""The address on a label: short and in capitals, so that its code stays small and easy to scan."""

from __future__ import annotations

from django.urls import path

from gongfang.work.piecework.web import bags

urlpatterns = [path("<str:code>", bags.scan, name="label")]
