#!/bin/sh
# Makes sure that the journeys find a Chromium and Chinese letters; does nothing when both are there.
# sh tests/journeys/browser.sh .venv/bin/python
PY=${1:-python3}

letters() { fc-list :lang=zh 2>/dev/null | grep -q .; }
downloaded() { "$PY" -m tests.journeys.browser >/dev/null 2>&1; }
system() { [ -x /usr/bin/chromium ]; }
may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

if { system || downloaded; } && letters; then
  exit 0
fi
if may_apt; then
  wanted=fonts-noto-cjk
  system || downloaded || wanted="$wanted chromium"
  echo "Installing $wanted for the browser tests."
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fontconfig $wanted >/dev/null
fi
if ! system && ! downloaded; then
  echo "Downloading Playwright's own Chromium for the browser tests."
  "$PY" -m playwright install chromium
fi
if ! system && ! downloaded; then
  echo "No Chromium could be installed. Install one as /usr/bin/chromium, or run: $PY -m playwright install chromium" >&2
  exit 1
fi
letters || echo "No Chinese font is installed: the tests pass, screenshots show boxes. On Debian: apt install fonts-noto-cjk" >&2
exit 0
