#!/bin/sh
# Adapter: rohrpost as in rohrpost.sh, with limits of every kind that count and
# never bind, a ledger, and what rates have let go kept in a file.
set -eu
: "${BENCH_DIR:?}"
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=${ROHRPOST_BIN:-$top/build/bin}
I=$BENCH_DIR/instance
export BENCH_INIT=--ledger
[ "$1" = config ] || exec "$top/tests/bench/rohrpost.sh" "$@"
"$top/tests/bench/rohrpost.sh" config
conn=20
[ "${BENCH_TUNED:-0}" = 0 ] || conn=100
cat >"$I/conf/throttle" <<X
site:* conn=$conn rate=50000/s burst=1000 backoff=5..300
domain:* rate=1000000/m burst=10000 rcpt-rate=1000000/m burst=10000
via:* rate=1000000/m burst=100000 byte-rate=1000G/m burst=2G
via:*+domain:* cap=1000000/day
X
"$bin/conf-build" "$I/conf"
