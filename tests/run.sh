#!/bin/sh
# `make test`: everything on SQLite, then what touches the database again on PostgreSQL where one is reachable.
set -eu
export RAPPORT_HOME="$(mktemp -d)"
trap 'rm -rf "$RAPPORT_HOME"' EXIT
unset RAPPORT_DATABASE_URL
# Hundreds of processes are begun: each would compile Rapport anew.
unset PYTHONDONTWRITEBYTECODE

reachable() {
    "$PYTHON" - "$POSTGRES" <<'PY'
import sys
import psycopg
try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
except psycopg.Error as error:
    sys.exit(str(error))
PY
}

"$PYTHON" -m pytest -q -n 2 "$@"

if reachable 2>/dev/null; then
    echo "The same on PostgreSQL:"
    RAPPORT_DATABASE_URL="$POSTGRES" "$PYTHON" -m pytest -q -n 2 -m "not browser and not clients" "$@"
elif [ "${RAPPORT_REQUIRE_POSTGRES:-}" = 1 ]; then
    echo "PostgreSQL is required here and not reachable at $POSTGRES." >&2
    exit 1
else
    echo "Skipped: the tests on PostgreSQL. Start one (for example: docker run -e POSTGRES_HOST_AUTH_METHOD=trust"
    echo "-p 5432:5432 postgres:16), or name yours with POSTGRES=postgresql://user@host/database make test."
fi
