#!/bin/sh
# ship-syslog beside Debian's rsyslog: UDP, TCP, TLS, and one that is killed.
. "$(dirname "$0")/../lib.sh"
peer rsyslog command -v rsyslogd || { done_testing; exit 1; }
peer rsyslog-gnutls sh -c 'ls /usr/lib/*/rsyslog/lmnsd_gtls.so' || { done_testing; exit 1; }
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
python3 "$top/tests/tools/pki.py" . <<'X'
root ca=1
other ca=1
good issuer=root names=localhost ips=127.0.0.1
wrong issuer=root names=elsewhere.test
expired issuer=root names=localhost ips=127.0.0.1 from=-9d until=-1d
X
udp=$(python3 -c 'import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
tcp=$(free_port) tls=$(free_port)
mkdir work
# up CERTIFICATE
up() {
	cat >conf <<X
global(workDirectory="$T/work" defaultNetstreamDriverCAFile="$T/root.crt"
	defaultNetstreamDriverCertFile="$T/$1.crt" defaultNetstreamDriverKeyFile="$T/$1.key" maxMessageSize="64k")
module(load="imudp")
module(load="imptcp")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imudp" port="$udp" address="127.0.0.1" ruleset="all")
input(type="imptcp" port="$tcp" address="127.0.0.1" ruleset="all")
input(type="imtcp" port="$tls" address="127.0.0.1" ruleset="all")
template(name="line" type="string" string="%app-name%|%msgid%|%pri%|%hostname%|%timereported:::date-rfc3339%|%structured-data%|%msg%\n")
ruleset(name="all") { action(type="omfile" file="$T/got" template="line" flushOnTXEnd="on") }
X
	bg rsyslogd -n -i "$T/pid" -f "$T/conf" >>rsyslog.out 2>&1
	rsyslog=$bg_pid
	wait_for 20 listens
}
listens() { python3 -c 'import socket, sys
for p in sys.argv[1:]: socket.create_connection(("127.0.0.1", int(p)), 1).close()' "$tcp" "$tls"; }
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-syslog syslog "$@" host=mx.test timeout=5s connect-timeout=5s >receipts 2>err
	batch read <receipts
}
has() { [ "$(wc -l <got)" -ge "$1" ]; }
ids() { sed 's/.*eid="\([^"]*\).*/\1/' got; }
taken='K
--'
batch events 4 >events
eids=$(sed 's/eid:\([^	]*\).*/\1/' events)
up good; ok "rsyslog is up" $?
: >got
is "UDP" "$(give events "udp://127.0.0.1:$udp")" "$taken"
wait_for 20 has 4
is "has come, in order" "$(ids)" "$eids"
is "and is understood" "$(sed -n '4s/|\[.*\]|/|/p' got)" \
	'queue-run|bounced|20|mx.test|2026-11-01T01:00:03.000003Z|bounced u3@y.example: 250 ok, "fine"'
for how in "tcp://127.0.0.1:$tcp" "tcp://127.0.0.1:$tcp framing=lf" "tcp://127.0.0.1:$tcp confirm=sent" \
	"tls://127.0.0.1:$tls ca-file=root.crt" "tls://localhost:$tls ca-file=root.crt confirm=sent"; do
	: >got
	# shellcheck disable=SC2086
	is "$how" "$(give events $how)" "$taken"
	wait_for 20 has 4
	is "has come, in order" "$(ids)" "$eids"
done
like "a certificate that nobody vouches for" "$(give events "tls://127.0.0.1:$tls" ca-file=other.crt)" '^Z TLS: .*NOT trusted'
like "nor the system's" "$(give events "tls://127.0.0.1:$tls")" '^Z TLS: .*NOT trusted'

# killed while batches come
: >got
batch events 10000 >many
kill "$rsyslog"
wait "$rsyslog" 2>/dev/null
batch talk 50 ship-syslog syslog "tcp://127.0.0.1:$tcp" timeout=5s connect-timeout=5s <many >talk 2>talk.err & p=$!
wait_for 20 grep -q '^Z' talk; ok "it is away when they come" $?
up good
for n in 5 80; do
	some() { [ "$(grep -c K talk)" -ge "$n" ]; }
	wait_for 20 some
	# what it has read it writes: the end by TERM, which is no crash
	kill "$rsyslog"
	wait "$rsyslog" 2>/dev/null
	up good
done
wait $p; ok "all is taken though it is restarted twice" $?
all() { [ "$(ids | sort -u | wc -l)" -eq 10000 ]; }
wait_for 20 all; ok "every event has come" $?
ids | awk '!seen[$0]++' >first
sed 's/eid:\([^	]*\).*/\1/' many | cmp -s - first; ok "and in order" $?
kill "$rsyslog"; wait "$rsyslog" 2>/dev/null
up wrong
like "a certificate for another host" "$(give events "tls://127.0.0.1:$tls" ca-file=root.crt)" '^Z TLS: .*does not match'
kill "$rsyslog"; wait "$rsyslog" 2>/dev/null
up expired
like "one that is over" "$(give events "tls://127.0.0.1:$tls" ca-file=root.crt)" '^Z TLS: .*expired'
done_testing
