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

status "no address" 100 client-check -C conf
status "a word more" 100 client-check -C conf -i 192.0.2.1 cat
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
