#!/bin/sh
# route and DNS: a name server of the test (nsd) with zones of the test, and
# one that never answers
. "$(dirname "$0")/../lib.sh"
PATH=$PATH:/usr/sbin
tab=$(printf '\t')
peer nsd command -v nsd || { done_testing; exit 1; }
C=$T/conf
mkdir "$C"
echo mail.example.org >"$C/me"
printf 'example.org\nmx.local.test\n' >"$C/local"
cat >"$C/pools" <<'X'
four source=198.51.100.10
six source=2001:db8::10
X
cat >"$C/routes" <<'X'
to:@relay.example host:relay.test:2526 host:[198.51.100.99]
to:@norelay.example host:nothere.test
to:@loop.example host:lo.lo.test
to:@static.example host:[198.51.100.5]
from:four@x.test pool:four
from:six@x.test pool:six
X
conf-build "$C" || exit 1
{
	cat <<'X'
$ORIGIN test.
$TTL 300
@ SOA ns.test. root.test. 1 3600 600 86400 60
@ NS ns.test.
ns A 127.0.0.1
two MX 20 mx2.two
two MX 10 mx1.two
mx1.two A 198.51.100.1
mx1.two AAAA 2001:db8::1
mx2.two A 198.51.100.2
eq MX 10 a.mail.eq
eq MX 10 b.mail.eq
eq MX 20 c.mail.eq
a.mail.eq A 198.51.100.11
b.mail.eq A 198.51.100.12
c.mail.eq A 198.51.100.13
implicit A 198.51.100.20
implicit AAAA 2001:db8::20
only6 AAAA 2001:db8::21
null MX 0 .
noaddr MX 10 nothere.test.
txt TXT "no address"
part MX 10 nothere.test.
part MX 20 mx2.two
us MX 20 mail.example.org.
us MX 20 mx2.two
us MX 30 c.mail.eq
us MX 10 mx1.two
best MX 5 mail.example.org.
best MX 10 mx1.two
bylocal MX 5 mx.local
lo MX 10 lo.lo
lo.lo A 127.0.0.1
mixed MX 5 lo.lo
mixed MX 10 mx2.two
bad MX 10 zero.bad
zero.bad A 0.0.0.0
zero.bad A 255.255.255.255
zero.bad A 224.0.0.1
zero.bad A 169.254.1.1
zero.bad AAAA ::1
zero.bad AAAA fe80::1
zero.bad AAAA ::ffff:127.0.0.1
private MX 10 ten.private
ten.private A 10.1.2.3
cname MX 10 alias
alias CNAME mx1.two
whole CNAME two
xn--bcher-kva MX 10 mx2.two
relay A 198.51.100.33
relay AAAA 2001:db8::33
fault MX 10 x.dead
halffault MX 10 x.dead
halffault MX 20 mx2.two
X
	awk 'BEGIN {
		for (i = 0; i <= 20; i++) {
			if (i < 20) print "twenty MX", i, "h" i ".n"
			print "twentyone MX", i, "h" i ".n"
		}
		for (i = 0; i <= 100; i++) {
			if (i < 100) print "hundred MX", 1000 - i, "h" i ".n"
			print "hundredone MX", 1000 - i, "h" i ".n"
			print "h" i ".n A 198.51.100." i + 1
		}
		for (i = 1; i <= 17; i++) {
			if (i < 17) print "a16 A 198.51.100." i
			print "a17 A 198.51.100." i
		}
	}'
} >"$T/test.zone"
port=$(free_port)
cat >"$T/nsd.conf" <<X
server:
	ip-address: 127.0.0.1@$port
	server-count: 1
	username: ""
	chroot: ""
	zonesdir: "$T"
	database: ""
	pidfile: ""
	xfrdfile: "$T/xfrd"
	zonelistfile: "$T/zones"
	xfrdir: "$T"
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: "test"
	zonefile: "test.zone"
zone:
	name: "dead.test"
	zonefile: "not-there.zone"
X
bg nsd -d -c "$T/nsd.conf" >"$T/nsd.log" 2>&1
r="127.0.0.1@$port"
# the decision for an address, without its first lines
ask() {
	route -n -t 5 -r "$r" "$@" >"$T/out" 2>"$T/err"
	echo $? >"$T/code"
	awk 'on && !/^tls:/; /^(mx|host) / { on = 1 }' "$T/out" | tr '\n' ' '
}
mx() { ask "$C" "x@$1"; }
up() { case $(mx two.test) in site:*) ;; *) return 1 ;; esac; }
wait_for 10 up || { cat "$T/nsd.log"; exit 1; }

# it refuses to answer for the root, and so for the keys
mx two.test >"$T/once"
is "a server without keys is said, and mail goes on" "$(grep -v ^tls "$T/err")" \
	"route: warning: the name servers answer, but not for the keys: DNSSEC is not validated, DANE is not possible"
is "MX by preference, A before AAAA" "$(mx two.test)" \
	"site:mx1.two.test mx1.two.test/25/198.51.100.1 mx1.two.test/25/2001:db8::1 mx2.two.test/25/198.51.100.2 "
is "it goes somewhere" "$(cat "$T/code")" 0
is "domain in any case" "$(mx TWO.Test)" "$(mx two.test)"
is "IPv6 first" "$(ask -i 64 "$C" x@two.test)" \
	"site:mx1.two.test mx1.two.test/25/2001:db8::1 mx1.two.test/25/198.51.100.1 mx2.two.test/25/198.51.100.2 "
is "IPv4 alone" "$(ask -i 4 "$C" x@two.test)" \
	"site:mx1.two.test mx1.two.test/25/198.51.100.1 mx2.two.test/25/198.51.100.2 "
is "IPv6 alone" "$(ask -i 6 "$C" x@two.test)" \
	"site:mx1.two.test mx1.two.test/25/2001:db8::1 "
is "a source of IPv4 alone" "$(ask "$C" x@two.test from:four@x.test)" \
	"site:mx1.two.test mx1.two.test/25/198.51.100.1 mx2.two.test/25/198.51.100.2 "
is "a source of IPv6 alone" "$(ask "$C" x@two.test from:six@x.test)" \
	"site:mx1.two.test mx1.two.test/25/2001:db8::1 "
is "equal preference is one site" "$(mx eq.test | cut -d' ' -f1)" "site:(a|b).mail.eq.test"
is "the worse MX stays behind" "$(mx eq.test | tr ' ' '\n' | sed -n 4p)" "c.mail.eq.test/25/198.51.100.13"
is "implicit MX" "$(mx implicit.test)" "site:implicit.test implicit.test/25/198.51.100.20 implicit.test/25/2001:db8::20 "
is "implicit MX by AAAA" "$(mx only6.test)" "site:only6.test only6.test/25/2001:db8::21 "
is "MX that is a CNAME" "$(mx cname.test)" "site:alias.test alias.test/25/198.51.100.1 alias.test/25/2001:db8::1 "
is "domain that is a CNAME" "$(mx whole.test | cut -d' ' -f1)" "site:mx1.two.test"
like "null MX" "$(mx null.test)" "^bounced esc:5.1.10 class:null-mx"
is "null MX: it bounces" "$(cat "$T/code")" 100
like "no such domain" "$(mx nothere.test)" "^bounced esc:5.1.2 class:dns"
like "MX without address" "$(mx noaddr.test)" "^bounced esc:5.4.4 class:dns"
like "domain without MX and address" "$(mx txt.test)" "^bounced esc:5.4.4 class:dns"
is "one MX without address" "$(mx part.test)" "site:mx2.two.test mx2.two.test/25/198.51.100.2 "
like "SERVFAIL" "$(mx dead.test)" "^deferred esc:4.4.3 class:dns text:.*SERVFAIL"
is "SERVFAIL: it waits" "$(cat "$T/code")" 111
like "SERVFAIL for the addresses" "$(mx fault.test)" "^deferred esc:4.4.3 class:dns"
is "SERVFAIL for some" "$(mx halffault.test)" "site:mx2.two.test mx2.two.test/25/198.51.100.2 "
is "we are an MX: only better ones stay" "$(mx us.test)" \
	"site:mx1.two.test mx1.two.test/25/198.51.100.1 mx1.two.test/25/2001:db8::1 "
like "we are the best MX" "$(mx best.test)" "^bounced esc:5.4.6 class:loop"
like "the MX is a local domain" "$(mx bylocal.test)" "^bounced esc:5.4.6 class:loop"
like "loopback" "$(mx lo.test)" "^bounced esc:5.4.4 class:dns text:.*127.0.0.1"
is "loopback and a good one" "$(mx mixed.test)" "site:mx2.two.test mx2.two.test/25/198.51.100.2 "
is "loopback, allowed" "$(ask -a 127.0.0.0/8 "$C" x@lo.test)" "site:lo.lo.test lo.lo.test/25/127.0.0.1 "
like "nonsense addresses" "$(mx bad.test)" "^bounced esc:5.4.4 class:dns"
is "private addresses" "$(mx private.test)" "site:ten.private.test ten.private.test/25/10.1.2.3 "
like "private addresses refused" "$(ask -p "$C" x@private.test)" "^bounced esc:5.4.4"
is "a relay host by name" "$(mx relay.example)" \
	"site:relay.test:2526,198.51.100.99 relay.test/2526/198.51.100.33 relay.test/2526/2001:db8::33 198.51.100.99/25/198.51.100.99 "
like "a relay host without address" "$(mx norelay.example)" "^deferred esc:4.4.4"
is "a relay host may be anywhere" "$(mx loop.example)" "site:lo.lo.test lo.lo.test/25/127.0.0.1 "
is "a domain in UTF-8" "$(mx bücher.test)" "site:mx2.two.test mx2.two.test/25/198.51.100.2 "
is "in capitals" "$(mx BÜCHER.Test)" "site:mx2.two.test mx2.two.test/25/198.51.100.2 "
count() { mx "$1" | tr ' ' '\n' | grep -c /; }
is "20 MX" "$(count twenty.test)" 20
is "21 MX: the best 20" "$(count twentyone.test)" 20
is "100 MX: the best" "$(mx hundred.test | tr ' ' '\n' | sed -n '2p;21p' | tr '\n' ' ')" "h99.n.test/25/198.51.100.100 h80.n.test/25/198.51.100.81 "
is "101 MX: the best" "$(mx hundredone.test | tr ' ' '\n' | sed -n '2p;21p' | tr '\n' ' ')" "h100.n.test/25/198.51.100.101 h81.n.test/25/198.51.100.82 "
is "16 addresses" "$(count a16.test)" 16
is "17 addresses" "$(count a17.test)" 16
if [ "$(hostname -I | wc -w)" -gt 0 ]; then
	own=$(hostname -I | cut -d' ' -f1)
	like "an own address as a literal" "$(route -n "$C" "x@[$own]")" "."
	printf 'id:1\tn:0\tfrom:\tto:x@[%s]\n' "$own" | route "$C" cat >"$T/out"
	like "comes back here" "$(cat "$T/out")" "status:bounced.*esc:5.4.6"
else
	skip "no address but loopback"; skip "no address but loopback"
fi

# jobs
job() { printf 'id:m%s\tn:0\tfrom:s@x.org\tto:%s\tsize:100\n' "$1" "$2"; }
label() { LC_ALL=C sed -n "/^id:$1$tab/{ s/.*$tab$2:\([^$tab]*\).*/\1/p; q; }" "$T/out"; }
start() { # OPTIONS: route with its input on descriptor 9
	rm -f "$T/req"; mkfifo "$T/req"; : >"$T/out"
	route "$@" "$C" cat <"$T/req" >"$T/out" 2>"$T/err" & p=$!
	tap_pids="$tap_pids $p"
	exec 9>"$T/req"
}
end() { exec 9>&-; wait "$p"; is "$1" $? 0; }
lines() { [ "$(wc -l <"$T/out")" -ge "$1" ]; }
start -r "$r"
for i in 1 2 3 4 5 6 7 8; do
	for d in two eq implicit null nothere; do echo "$i $d"; done
done | while read -r i d; do job "$d-$i" "u$i@$d.test"; done >&9
wait_for 10 lines 40; ok "all come" $?
is "each once" "$(sed 's/\t.*//' "$T/out" | sort -u | wc -l)" 40
is "those of a domain stay together" "$(sed 's/^id:m\([a-z]*\)-.*/\1/' "$T/out" | uniq | sort | uniq -d)" ""
is "and in order" "$(sed -n 's/^id:mtwo-\([0-9]\).*/\1/p' "$T/out" | tr -d '\n')" 12345678
is "labels" "$(label mtwo-1 site) $(label mtwo-1 mx) $(label mtwo-1 domain) $(label mtwo-1 via) $(label mtwo-1 helo)" \
	"mx1.two.test mx1.two.test/25/198.51.100.1 mx1.two.test/25/2001:db8::1 mx2.two.test/25/198.51.100.2 two.test default mail.example.org"
is "a bounce" "$(label mnull-1 status) $(label mnull-1 esc) $(label mnull-1 class)" "bounced 5.1.10 null-mx"
job u1 x@bücher.test >&9; job u2 ä@bücher.test >&9; job u3 "$(printf 'x@\303\303.test')" >&9
wait_for 10 lines 43
is "an address becomes ASCII" "$(label mu1 to) $(label mu1 orig) $(label mu1 domain)" "x@xn--bcher-kva.test x@bücher.test xn--bcher-kva.test"
is "unless the user is not" "$(label mu2 to) $(label mu2 orig) $(label mu2 domain)" "ä@bücher.test  xn--bcher-kva.test"
is "bytes that are no UTF-8" "$(label mu3 status) $(label mu3 esc)" "bounced 5.1.2"
i=0; while [ $i -lt 40 ]; do job "r$i" x@eq.test; i=$((i + 1)); done >&9
wait_for 10 lines 83
first=$(grep '^id:mr' "$T/out" | sed 's/.*mx://; s,/.*,,' | sort | uniq -c | awk '{ print ($1 >= 5) $2 }' | tr '\n' ' ')
is "both best MX come first" "$first" "1a.mail.eq.test 1b.mail.eq.test "
end "ends well"

# a name server that says nothing
cat >"$T/silent.py" <<'X'
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(300)
X
bg python3 "$T/silent.py" >"$T/silent"
wait_for 5 test -s "$T/silent"
silent="127.0.0.1@$(cat "$T/silent")"
# that nobody answers for the keys takes its time, too
echo 'validate no' >"$C/resolver"
start -t 1 -r "$silent"
job 1 x@a.test >&9; job 2 x@static.example >&9; job 3 y@a.test >&9
wait_for 1 lines 1; is "a job that needs no DNS goes by" "$(sed 's/\t.*//' "$T/out")" "id:m2"
wait_for 5 lines 3
is "no answer in time" "$(label m1 status) $(label m1 esc) $(label m1 class)" "deferred 4.4.3 dns"
is "for all that wait" "$(label m3 status)" deferred
job 4 x@a.test >&9
wait_for 1 lines 4; is "remembered for a moment" "$(label m4 status)" deferred
job 5 x@b.test >&9; sleep 0.2
end "ends at once"
is "what waits is for later" "$(label m5 status)" later

# as many as may wait, and more
flood() { awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "id:f%d\tn:0\tfrom:\tto:u%d@d%d.test\n", i, i, i % 100 }'; }
start -t 2 -r "$silent"
flood 9999 >&9; job 1 x@static.example >&9
wait_for 2 lines 1; is "below the limit others go by" "$(sed 's/\t.*//' "$T/out")" "id:m1"
wait_for 20 lines 10000; ok "all are answered" $?
flood 10001 | sed 's/@d/@e/' >&9; job 2 x@static.example >&9
wait_for 20 lines 20002; ok "above the limit, too" $?
is "each once" "$(wc -l <"$T/out") $(grep -c status:deferred "$T/out")" "20002 20000"
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$p/status")
[ "$rss" -lt 65536 ]; ok "in bounded memory ($rss KB)" $?
end "ends well"

# the same, counted in bytes: 8 MB, a line of 60,000 takes 60,004
fat() { awk -v n="$1" -v d="$2" 'BEGIN { x = "x"; while (length(x) < 60000) x = x x; for (i = 0; i < n; i++) { s = "id:" d i "\tn:0\tfrom:\tto:u@" d ".test\tx:"; print s substr(x, 1, 60000 - length(s)) } }'; }
start -t 3 -r "$silent"
fat 139 a >&9; job 1 x@static.example >&9
wait_for 2 lines 1; is "below the limit others go by" "$(sed 's/\t.*//' "$T/out")" "id:m1"
wait_for 10 lines 140
fat 140 b >&9; job 2 x@static.example >&9
wait_for 10 lines 281; ok "all are answered" $?
like "above it they wait" "$(tail -1 "$T/out")" "^id:m2"
end "ends well"

# a resolver file
printf '%s\nvalidate no\n' "$r" >"$C/resolver"
is "the file resolver" "$(route -n "$C" x@implicit.test | sed -n 's/^site://p')" implicit.test
echo "nobody" >"$C/resolver"
status "a bad resolver file" 111 route -n "$C" x@implicit.test
done_testing
