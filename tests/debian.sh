#!/bin/sh
# The tests of what the database promises, once more on Debian's PostgreSQL: sh tests/debian.sh PYTHON
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1 || true)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
  echo "Debian's PostgreSQL is not on this machine, so the promises of the database were tried on the bundled one only."
  echo "On Debian: apt install postgresql"
  exit 0
fi
# As account and path allow: PostgreSQL refuses to run as root, and so the folder is one that anybody can enter.
data=$(mktemp -d /tmp/gongfang-debian-XXXXXX)
trap 'rm -rf "$data"' EXIT
chmod 755 "$data"
echo "On $("$bin/postgres" --version):"
GONGFANG_POSTGRES_BIN="$bin" GONGFANG_TEST_DATA="$data" "$1" -m pytest tests -m "postgres and not crash" -n 2
