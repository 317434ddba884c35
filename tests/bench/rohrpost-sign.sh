#!/bin/sh
# Adapter: rohrpost as in rohrpost.sh, with an rsa-2048 DKIM signature on every
# message.
set -eu
: "${BENCH_DIR:?}"
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=${ROHRPOST_BIN:-$top/build/bin}
I=$BENCH_DIR/instance
[ "$1" = config ] || exec "$top/tests/bench/rohrpost.sh" "$@"
rm -rf "$I"
"$bin/rohrpost" init "$I" --smtp "127.0.0.1:$BENCH_PORT" --relay "127.0.0.1:$BENCH_SINK" --sign bench.test
selector=$(ls "$I/keys/bench.test" | sed -n 's/^\(s[0-9]*\)\.pem$/\1/p')
echo "* domain=bench.test selector=$selector key=bench.test/$selector.pem by=envelope" >"$I/conf/dkim"
[ "${BENCH_TUNED:-0}" = 0 ] || echo 'site:* conn=100' >"$I/conf/throttle"
"$bin/conf-build" "$I/conf"
n=$((${BENCH_MAXIN:-200} + 100))
sed -i "s/smtp-recv /smtp-recv -c $((4 * n)) -a $n /" "$I/service/smtp/run"
