#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
cat >zone.json <<'X'
{
 "1.2.0.192.bl.test": {"A": "127.0.0.2"},
 "2.2.0.192.b2.test": {"A": ["127.0.0.10", "127.255.255.254"]},
 "3.2.0.192.bl.test": {"A": "127.255.255.254"},
 "4.2.0.192.bl.test": {"A": "127.0.0.2"},
 "4.2.0.192.wl.test": {"A": "127.0.0.3"},
 "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.test": {"A": "127.0.0.2"},
 "*.dead.test": "TIMEOUT",
 "*.broken.test": "SERVFAIL",
 "good.test": {"MX": [[10, "mx.good.test"]]},
 "a-only.test": {"A": "192.0.2.99"},
 "nullmx.test": {"MX": [[0, "."]]},
 "slow.test": "TIMEOUT",
 "h.test": {"A": "192.0.2.8"},
 "8.2.0.192.in-addr.arpa": {"PTR": "h.test"},
 "9.2.0.192.in-addr.arpa": {"PTR": "h.test"}
}
X
fake_dns zone.json
mkdir conf
echo mx.us.test >conf/me
rules() { printf '%s\n' "$@" >conf/clients; conf-build conf; }
check() { name=$1 want=$2; shift 2; is "$name" "$(client-check -C conf -r "$dns" "$@" 2>&1)" "$want"; }

# ---- the shell
status "without conf: nothing" 0 client-check -r "$dns" -i 192.0.2.1 -h x -f a@b.test
is "is asked" "$(cat out)" "pass${tab}nothing is asked"
check "without the file" "pass${tab}nothing is asked" -i 192.0.2.1
echo 'list bl.test reject' >conf/clients
status "a file that is not compiled" 111 client-check -C conf -i 192.0.2.1
is "says so" "$(cat err)" "client-check: fatal: conf/clients is not compiled: run conf-build conf"
rules 'white wl.test' 'list bl.test reject' 'list b2.test tag 127.0.0.10-127.0.0.11' 'helo own reject' 'helo name defer' \
	'sender resolve reject' 'except 192.0.2.200/29'
check "listed" "reject${tab}5.7.1 client's address is listed by bl.test" -i 192.0.2.1 -h a.test
check "IPv6" "reject${tab}5.7.1 client's address is listed by bl.test" -i 2001:db8::1 -h a.test
check "tagged" "tag${tab}4.7.1 client's address is listed by b2.test" -i 192.0.2.2 -h a.test
check "the list complains: not listed" "pass${tab}nothing against it" -i 192.0.2.3 -h a.test
check "on a good list" "white${tab}wl.test" -i 192.0.2.4 -h a.test
check "excepted" "pass${tab}nothing is asked" -i 192.0.2.207 -h mx.us.test
check "our name" "reject${tab}5.7.1 HELO is our own name or address" -i 192.0.2.50 -h MX.us.test
check "our name by -n" "reject${tab}5.7.1 HELO is our own name or address" -n x.test -i 192.0.2.50 -h x.test
check "our short name" "reject${tab}5.7.1 HELO is our own name or address" -i 192.0.2.50 -h mx
check "an address of each machine" "reject${tab}5.7.1 HELO is our own name or address" -i 192.0.2.50 -h '[127.0.0.1]'
check "ours may say so" "pass${tab}nothing against it" -i 127.0.0.1 -h MX.us.test
here=$(hostname -I 2>/dev/null | cut -d ' ' -f 1)
if [ -n "$here" ]; then
	check "an address of this machine" "reject${tab}5.7.1 HELO is our own name or address" -i 192.0.2.50 -h "$here"
else
	skip "this machine has no address"
fi
check "a domain that is not local" "pass${tab}nothing against it" -i 192.0.2.50 -h local.test
echo local.test >conf/local
conf-build conf
check "a local domain" "reject${tab}5.7.1 HELO is our own name or address" -i 192.0.2.50 -h Local.test.
check "no name" "defer${tab}4.7.1 HELO is not a host name" -i 192.0.2.50 -h localhost
check "sender's domain" "pass${tab}nothing against it" -i 192.0.2.50 -h a.test -f joe@good.test
check "with an address only" "pass${tab}nothing against it" -i 192.0.2.50 -h a.test -f joe@a-only.test
check "with neither" "reject${tab}5.1.8 sender's domain has neither MX nor address" -i 192.0.2.50 -h a.test -f joe@no.test
check "null MX" "reject${tab}5.7.27 sender's domain takes no mail (null MX)" -i 192.0.2.50 -h a.test -f joe@nullmx.test
check "slow" "defer${tab}4.1.8 sender's domain cannot be looked up now" -w 1 -i 192.0.2.50 -h a.test -f joe@slow.test
rules 'reverse match reject' 'reverse name reject'
check "reverse DNS" "pass${tab}nothing against it" -i 192.0.2.8 -h a.test
check "of another" "reject${tab}5.7.25 client's address has no name that leads back to it" -i 192.0.2.9 -h a.test
check "none" "reject${tab}5.7.25 client's address has no name" -i 192.0.2.10 -h a.test
rules 'list x.dead.test reject' 'list x.broken.test reject' 'list bl.test reject'
start=$(date +%s)
check "a dead list lets mail through" "pass${tab}nothing against it" -w 1 -i 192.0.2.60 -h a.test
check "and does not hide another" "reject${tab}5.7.1 client's address is listed by bl.test" -w 1 -i 192.0.2.1 -h a.test
[ $(($(date +%s) - start)) -lt 6 ]; ok "-w bounds it" $?

# ---- the link
cat >parcels.py <<'X'
import sys
# ADDRESS HELO FROM [inside] in a line
for line in sys.stdin:
	ip, helo, sender, *more = line.rstrip("\n").split("\t")
	env = "from %s\nto x@us.test\n" % sender
	if ip:
		env += "client %s\nhelo %s\nproto ESMTP\n" % (ip, helo)
	if more:
		env += "origin inside\n"
	p = (env + "\nSubject: x\n\nhello\n").encode()
	sys.stdout.buffer.write(b"%d:%s," % (len(p), p))
X
run() { # PARCELS -> receipts in out, a line each
	python3 parcels.py <"$1" >in
	rm -rf got; mkdir got
	shift
	client-check -C conf -r "$dns" "$@" "$top/tests/tools/fakeinject.py" got K <in >raw 2>err
	code=$?
	tr ',' '\n' <raw | sed 's/^[0-9]*://' >out
}
rules 'white wl.test' 'list bl.test reject' 'list b2.test tag' 'helo own reject' 'helo name tag' 'sender resolve reject'
printf '%s\t%s\t%s\n' 192.0.2.1 a.test joe@good.test 192.0.2.2 localhost joe@good.test 192.0.2.4 a.test joe@no.test \
	192.0.2.50 a.test joe@no.test 192.0.2.50 a.test joe@slow.test '' '' joe@no.test 192.0.2.50 a.test '' >list
printf '192.0.2.1\tmx.us.test\tjoe@no.test\tinside\n' >>list
# asked as a policy server
{
	printf 'protocol_state=CONNECT\nclient_address=192.0.2.1\nhelo_name=\nsender=\n\n'
	printf 'protocol_state=RCPT\nclient_address=192.0.2.50\nhelo_name=a.test\nsender=joe@slow.test\n\n'
	printf 'protocol_state=CONNECT\nclient_address=192.0.2.50\nhelo_name=\nsender=\n\n'
	printf 'protocol_state=RCPT\nclient_address=192.0.2.50\nhelo_name=a.test\nsender=joe@no.test\n\n'
	printf 'protocol_state=RCPT\nclient_address=\nhelo_name=a.test\nsender=joe@no.test\n\n'
	printf 'protocol_state=HELO\nclient_address=192.0.2.50\nhelo_name=mx.us.test\nsender=\n\n'
} | client-check -p -C conf -r "$dns" -w 1 >out 2>err
is "-p: answers, in their order" "$? $(grep . out)" "0 action=550 5.7.1 client's address is listed by bl.test
action=450 4.1.8 sender's domain cannot be looked up now
action=DUNNO
action=550 5.1.8 sender's domain has neither MX nor address
action=DUNNO
action=550 5.7.1 HELO is our own name or address"
is "and the log" "$(grep -c 'ev:verdict.*source:client-check' err)" 5
status "-p and a next link" 100 client-check -p cat

run list -w 1
is "exit" "$code" 0
is "receipts, in order" "$(sed 's/^K.*/K/' out)" "D5.7.1 client's address is listed by bl.test
K
K
D5.1.8 sender's domain has neither MX nor address
Z4.1.8 sender's domain cannot be looked up now
K
K
K"
is "tags" "$(grep -h ^tag got/*.env)" "tag dnsbl=b2.test
tag client=helo-name"
is "who is on a good list has none" "$(grep -l '^client 192.0.2.4$' got/*.env | xargs grep -c ^tag)" 0
is "the message is what it was" "$(cat got/1.msg)" "$(printf 'Subject: x\n\nhello')"
is "events" "$(cut -f 2,4- err | tr '\t' ' ' | sort)" "$(sort <<'X'
ev:verdict source:client-check verdict:reject reason:dnsbl zone:bl.test client:192.0.2.1 helo:a.test from:joe@good.test
ev:rejected source:client-check reason:dnsbl zone:bl.test client:192.0.2.1 helo:a.test from:joe@good.test code:550 esc:5.7.1 text:5.7.1 client's address is listed by bl.test
ev:verdict source:client-check verdict:tag reason:dnsbl zone:b2.test client:192.0.2.2 helo:localhost from:joe@good.test
ev:verdict source:client-check verdict:white reason:white zone:wl.test client:192.0.2.4 helo:a.test from:joe@no.test
ev:verdict source:client-check verdict:reject reason:sender-resolve client:192.0.2.50 helo:a.test from:joe@no.test
ev:rejected source:client-check reason:sender-resolve client:192.0.2.50 helo:a.test from:joe@no.test code:550 esc:5.1.8 text:5.1.8 sender's domain has neither MX nor address
ev:verdict source:client-check verdict:defer reason:sender-resolve client:192.0.2.50 helo:a.test from:joe@slow.test
ev:rejected source:client-check reason:sender-resolve client:192.0.2.50 helo:a.test from:joe@slow.test code:450 esc:4.1.8 text:4.1.8 sender's domain cannot be looked up now
ev:verdict source:client-check verdict:pass client:192.0.2.50 helo:a.test from:
X
)"
# many of one address, a few of another
{
	for i in $(seq 25); do printf '192.0.2.1\ta.test\tjoe%d@good.test\n' "$i"; done
	printf '192.0.2.50\ta.test\tjoe@no.test\n'
} >many
run many -w 1
is "each is refused" "$(grep -c '^D5' out)" 26
is "20 of an address are told" "$(grep -c 'ev:rejected.*client:192.0.2.1	.*joe' err)" 20
is "with what was found" "$(grep -c 'ev:verdict.*client:192.0.2.1	' err)" 20
is "another's, too" "$(grep -c 'ev:rejected.*client:192.0.2.50	' err)" 1
is "the others as a sum" "$(grep count: err | cut -f 2-)" \
	"ev:rejected${tab}prog:client-check${tab}client:192.0.2.1${tab}count:5${tab}code:550${tab}text:refusals that were not told one by one"
run list -a -w 1
is "-a judges those from inside" "$(tail -1 out)" "D5.7.1 client's address is listed by bl.test"
rm conf/clients conf/clients.cdb
run list
is "by default nothing is refused" "$(grep -c '^K' out)" 8
is "nor said" "$(cat err)" ""

# 100 at once, each through a dead list: they do not wait for one another
rules 'list x.dead.test reject' 'list bl.test reject'
i=0
while [ $i -lt 100 ]; do
	echo "192.0.2.$((i % 50 + 1))${tab}a.test${tab}joe$i@good.test"
	i=$((i + 1))
done >list
start=$(date +%s)
run list -w 2
took=$(($(date +%s) - start))
is "100 pipelined: exit" "$code" 0
is "all answered" "$(wc -l <out | tr -d ' ')" 100
is "those on the list that lives" "$(grep -n '^D' out | cut -d : -f 1 | tr '\n' ' ')" "1 4 51 54 "
[ $took -lt 10 ]; ok "together, not one behind the other" $?

is "a dead list is told of once" "$(grep -v '^ts:' err)" "client-check: warning: x.dead.test does not answer"
# more than are judged at one time: those behind do not wait for it again
i=0
while [ $i -lt 1500 ]; do
	echo "192.0.2.$((i % 10 + 1))${tab}a.test${tab}joe$i@good.test"
	i=$((i + 1))
done >list
: >dns.log
run list -w 2
is "1500: all answered" "$(wc -l <out | tr -d ' ')" 1500
is "a dead list does not take the turn of one that lives" "$(grep -c '^D' out)" 300
# the resolver repeats each of the 10 questions about ten times; asked for
# each of 47 lots of 32 it would be thousands
asked=$(grep -c 'dead\.test' dns.log)
[ "$asked" -lt 1000 ]; ok "nor is it asked again and again: $asked questions" $?

status "no next link" 100 client-check -C conf
status "both" 100 client-check -C conf -i 192.0.2.1 cat
status "bad address" 100 client-check -i x
status "bad -w" 100 client-check -w 0 -i 192.0.2.1
status "bad -r" 100 client-check -r x -i 192.0.2.1
status "no such option" 100 client-check -z
status "no name of this host" 111 client-check -C no/such -i 192.0.2.1
printf junk >conf/clients.cdb
status "a damaged table" 111 client-check -C conf -i 192.0.2.1
client-check -i 192.0.2.1 >/dev/full 2>err
is "/dev/full" $? 111
client-check -i 192.0.2.1 >&- 2>err
is "1 closed" $? 111
done_testing
