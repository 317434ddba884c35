#!/bin/sh
# ship-syslog: syslog and GELF over UDP and TCP to a receiver of the test, and
# receivers that are none.  With rsyslog: tests/peers/ship-syslog.t.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
batch() { python3 "$top/tests/tools/shipbatch.py" "$@"; }
# receive.py KIND: writes its port, and what comes to the file got.  udp:
# datagrams; gelf: chunks put together; tcp: all of each connection, a line
# "== end" or "== reset" behind each; deaf: takes the connection and reads
# nothing; cut: reads a little and resets; hold: reads all and does not close
cat >receive.py <<'X'
import os, socket, struct, sys, time
kind = sys.argv[1]
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind in ("udp", "gelf") else socket.SOCK_STREAM)
if kind in ("udp", "gelf"):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
s.bind(("127.0.0.1", 0))
if kind not in ("udp", "gelf"):
    s.listen(5)
open("got", "wb").close()
out = open("got", "ab", buffering=0)
open("port.new", "w").write(str(s.getsockname()[1]))
os.rename("port.new", "port")
parts = {}
kept = []
while True:
    if kind == "udp":
        out.write(s.recv(65536) + b"\n")
    elif kind == "gelf":
        d = s.recv(65536)
        if d[:2] != b"\x1e\x0f":
            out.write(d + b"\n")
            continue
        p = parts.setdefault(d[2:10], {})
        p[d[10]] = d[12:]
        if len(p) == d[11]:
            out.write(b"".join(p[i] for i in range(d[11])) + b"\n")
    else:
        c = s.accept()[0]
        if kind == "deaf":
            kept.append(c)
            continue
        if kind == "cut":
            c.recv(10)
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            c.close()
            continue
        while (d := c.recv(65536)):
            out.write(d)
        out.write(b"== end\n")
        if kind == "hold":
            kept.append(c)
        else:
            c.close()
X
receiver() {
	rm -f port
	bg python3 receive.py "$1"
	wait_for 10 test -s port
	port=$(cat port)
}
got() { [ "$(grep -ac . got)" -ge "$1" ]; }
# give FILE KIND URL [KEY=VALUE...]: receipts
give() {
	give_file=$1; shift
	batch make <"$give_file" | ship-syslog "$@" host=mx.test timeout=1s connect-timeout=1s >receipts 2>err
	batch read <receipts
}
taken='K
--'
batch events 4 >events
eids=$(sed 's/eid:\([^	]*\).*/\1/' events)
printf 'eid:0123456789abcdef\tev:x\ttext:%s\n' "$(head -c 9000 /dev/zero | tr '\0' x)" >large
cat events large >mixed

receiver udp
is "UDP" "$(give events syslog "udp://127.0.0.1:$port")" "$taken"
wait_for 10 got 4
is "a datagram each" "$(sed 's/.*eid="\([^"]*\).*/\1/' got)" "$eids"
is "with its header" "$(sed -n '2s/ \[.*\] / /p' got)" \
	'<22>1 2026-11-01T01:00:01.000001Z mx.test queue-run - sent sent u1@y.example: 250 ok, "fine"'
is "one that is too large" "$(give mixed syslog "udp://127.0.0.1:$port")" "K
D4 it is too large
--"
is "may be so" "$(give large syslog "udp://127.0.0.1:$port" size=64k)" "$taken"
wait_for 10 got 9
[ "$(tail -n 1 got | tr -cd x | wc -c)" -ge 18000 ]; ok "and comes whole" $?
receiver gelf
is "GELF" "$(give mixed gelf "gelf+udp://127.0.0.1:$port")" "$taken"
wait_for 10 got 5
is "large ones in chunks" "$(python3 -c 'import json, sys
for l in sys.stdin: print(json.loads(l)["_eid"])' <got)" "$eids
0123456789abcdef"
is "of more than there may be" "$(head -c 65400 /dev/zero | tr '\0' x | sed 's/^/eid:1\tev:x\ttext:/; s/$/\n/' >huge
	give huge gelf "gelf+udp://127.0.0.1:$port" chunk=512)" "K
D0 it is too large
--"

receiver tcp
is "TCP" "$(give events syslog "tcp://127.0.0.1:$port")" "$taken"
is "the length in front of each" "$(python3 -c 'import re, sys
d = sys.stdin.buffer.read().replace(b"== end\n", b"")
while d:
    n, d = d.split(b" ", 1)
    print(re.search(b"eid=\"([^\"]*)", d[:int(n)])[1].decode()); d = d[int(n):]' <got)" "$eids"
is "a connection for each batch" "$(grep -ac '== end' got)" 1
: >got
is "or LF behind it" "$(give events syslog "tcp://127.0.0.1:$port" framing=lf format=ltsv)" "$taken"
is "is a line each" "$(grep -ac '^<2.>1 .*] eid:' got)" 4
: >got
batch make 1 <events | ship-syslog syslog "tcp://127.0.0.1:$port" framing=lf confirm=sent >receipts
wait_for 10 got 5
is "a connection for all" "$(batch read <receipts | grep -c K) $(grep -ac '== end' got)" "4 1"
: >got
is "GELF over TCP" "$(give events gelf "gelf+tcp://127.0.0.1:$port")" "$taken"
is "a NUL behind each" "$(tr '\0' '\n' <got | grep -c '^{.*}$')" 4

# receivers that do not take it
like "nobody" "$(give events syslog tcp://127.0.0.1:1)" '^Z unable to connect: Connection refused'
like "nobody, over UDP" "$(give events syslog udp://127.0.0.1:1)" '^Z '
receiver hold
is "one that does not end the connection" "$(give events syslog "tcp://127.0.0.1:$port")" "Z no answer: Connection timed out
--"
receiver deaf
batch events 10000 >many
like "one that does not read" "$(give many syslog "tcp://127.0.0.1:$port")" '^Z .*timed out'
receiver cut
like "one that resets" "$(give many syslog "tcp://127.0.0.1:$port")" '^Z '
like "and with little on the way" "$(give events syslog "tcp://127.0.0.1:$port")" '^Z '
receiver tcp
like "no TLS there" "$(give events syslog "tls://127.0.0.1:$port")" '^Z TLS: '

while read -r kind url; do
	status "$url" 100 ship-syslog "$kind" "$url"
	is "is said" "$(cat err)" "ship-syslog: fatal: $url: not a URL"
done <<'X'
syslog udp://ann@host
syslog tcp://host/path
syslog tls://:514
gelf gelf+udp://host:0
X
status "no arguments" 100 ship-syslog
status "GELF over HTTP" 100 ship-syslog gelf http://h
status "a facility that is none" 100 ship-syslog syslog udp://h facility=post
status "a size of 480" 0 sh -c 'ship-syslog syslog udp://h size=480 </dev/null'
status "one less" 100 ship-syslog syslog udp://h size=479
batch make <events >b
ship-syslog syslog tcp://127.0.0.1:1 >/dev/full <b 2>err
is "/dev/full" $? 111
ship-syslog syslog udp://h <&- 2>err
is "0 closed" $? 111
ship-syslog syslog tcp://127.0.0.1:1 >&- <b 2>err
is "1 closed" $? 111
done_testing
