#!/bin/sh
# Adapter: Postfix as in postfix.sh, with opendkim as a milter that puts an
# rsa-2048 DKIM signature on every message.
set -eu
: "${BENCH_DIR:?}"
here=$(cd "$(dirname "$0")" && pwd)
K=$BENCH_DIR/opendkim
case $1 in
setup) command -v opendkim >/dev/null && command -v postfix >/dev/null ;;
config)
	"$here/postfix.sh" config
	rm -rf "$K"
	mkdir -p "$K"
	openssl genrsa -out "$K/key.pem" 2048 2>/dev/null
	chmod 600 "$K/key.pem"
	echo "k bench.test:s:$K/key.pem" >"$K/keys"
	echo '* k' >"$K/signing"
	cat >"$K/conf" <<Y
Mode s
Syslog no
Background no
Socket local:$K/sock
UMask 000
PidFile $K/pid
KeyTable $K/keys
SigningTable refile:$K/signing
InternalHosts 127.0.0.1
Canonicalization relaxed/relaxed
RequireSafeKeys no
Y
	printf 'smtpd_milters = unix:%s/sock\nmilter_default_action = tempfail\n' "$K" >>"$BENCH_DIR/etc/main.cf"
	;;
start)
	opendkim -f -x "$K/conf" &
	i=0
	until [ -S "$K/sock" ] || [ $i -ge 50 ]; do sleep 0.1; i=$((i + 1)); done
	"$here/postfix.sh" start
	wait
	;;
*) exec "$here/postfix.sh" "$@" ;;
esac
