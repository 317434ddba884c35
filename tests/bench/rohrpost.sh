#!/bin/sh
# Adapter for measuring rohrpost beside other mail systems: called with one
# verb (setup version config start stop release) and BENCH_* in the
# environment; see doc/PERFORMANCE.md.
set -eu
: "${BENCH_DIR:?}"
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=${ROHRPOST_BIN:-$top/build/bin}
R=$bin/rohrpost
I=$BENCH_DIR/instance

config() {
	rm -rf "$I"
	hold=
	[ "${BENCH_HOLD:-0}" = 0 ] || hold=--hold
	"$R" init "$I" --smtp "127.0.0.1:$BENCH_PORT" --relay "127.0.0.1:$BENCH_SINK" $hold ${BENCH_INIT:-}
	{
		i=1
		while [ $i -le 100 ]; do
			echo "to:@d$i.test host:127.0.1.$i:$BENCH_SINK"
			i=$((i + 1))
		done
		cat "$I/conf/routes"
	} >"$I/conf/routes.new"
	mv "$I/conf/routes.new" "$I/conf/routes"
	[ "${BENCH_TUNED:-0}" = 0 ] || echo 'site:* conn=100' >"$I/conf/throttle"
	[ -z "${BENCH_CERT:-}" ] || {
		cp "$BENCH_CERT" "$I/tls/bench.pem"
		echo bench.pem >"$I/conf/tls"
	}
	"$bin/conf-build" "$I/conf"
	# every process would be one address: the limit per address is for
	# others.  What all may have is divided among the processes
	n=$((${BENCH_MAXIN:-200} + 100))
	sed -i "s/smtp-recv /smtp-recv -c $((4 * n)) -a $n /" "$I/service/smtp/run"
}

case $1 in
setup) make -C "$top" -s all ;;
version) git -C "$top" describe --always 2>/dev/null || echo unknown ;;
config) config ;;
start) exec "$R" up "$I" ;;
stop) "$R" down "$I" ;;
release) exec "$bin/queue-ctl" "$I/queue" release all ;;
*) exit 2 ;;
esac
