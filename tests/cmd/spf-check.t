#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >zone.json <<'X'
{
 "a.test": {"TXT": ["other", "v=spf1 a mx:mx.a.test ptr ~ip4:192.0.2.64/26 ip6:2001:db8::/32 -all exp=why.%{d}"],
            "A": ["192.0.2.1", "192.0.2.2"], "AAAA": "2001:db9::1"},
 "why.a.test": {"TXT": [["%{c} is not %{o}; ask %{r} at %{t}", " for %{S} from %{h}"]]},
 "mx.a.test": {"MX": [[10, "m1.a.test"], [20, "m2.a.test"]]},
 "m1.a.test": {"A": "192.0.2.10", "AAAA": "2001:db9::10"},
 "m2.a.test": {"A": "192.0.2.11"},
 "30.2.0.192.in-addr.arpa": {"PTR": "x.a.test"},
 "x.a.test": {"A": "192.0.2.30"},
 "31.2.0.192.in-addr.arpa": {"PTR": "y.a.test"},
 "y.a.test": {"A": "192.0.2.99"},
 "5.0.0.10.in-addr.arpa": {"PTR": "p.a.test"},
 "p.a.test": {"A": "10.0.0.5"},
 "helo.test": {"TXT": "v=spf1 exists:%{l}.%{h}.x.test ?all"},
 "postmaster.helo.test.x.test": {"A": "127.0.0.1"},
 "bare.test": {"TXT": "v=spf1 -all"},
 "soft.test": {"TXT": "v=spf1 redirect=a.test"},
 "wrong.test": {"TXT": "v=spf1 ip4:192.0.2.1 ip4:192.0.2"},
 "two.test": {"TXT": ["v=spf1 -all", "v=spf1 +all"]},
 "slow.test": "TIMEOUT",
 "slow-a.test": {"TXT": "v=spf1 a +all", "A": "TIMEOUT"},
 "bad.test": "SERVFAIL",
 "xn--bcher-kva.test": {"TXT": "v=spf1 +all"},
 "cname.test": {"CNAME": "bare.test"},
 "long.test": {"TXT": "v=spf1 LONG +all"}
}
X
python3 - <<'X'
z = open("zone.json").read()
open("zone.json", "w").write(z.replace("LONG", " ".join("ip4:10.0.%d.%d" % (i // 256, i % 256) for i in range(500))))
X
fake_dns zone.json
tab=$(printf '\t')
check() { name=$1 want=$2; shift 2; is "$name" "$(spf-check -r "$dns" "$@" 2>&1)" "$want"; }
status "pass" 0 spf-check -r "$dns" -i 192.0.2.1 -f joe@a.test
is "and why" "$(cat out)" "pass${tab}a of a.test matches"
is "says nothing" "$(cat err)" ""
check "brackets" "pass${tab}a of A.test matches" -i 192.0.2.2 -f '<joe@A.test>' -h x
check "IPv4 within IPv6" "pass${tab}a of a.test matches" -i ::ffff:192.0.2.2 -f joe@a.test
check "mx" "pass${tab}mx:mx.a.test of a.test matches" -i 192.0.2.11 -f joe@a.test
check "mx, IPv6" "pass${tab}mx:mx.a.test of a.test matches" -i 2001:db9::10 -f joe@a.test
check "ptr" "pass${tab}ptr of a.test matches" -i 192.0.2.30 -f joe@a.test
check "ptr in a private network" "pass${tab}ptr of a.test matches" -i 10.0.0.5 -f joe@a.test
check "softfail" "softfail${tab}~ip4:192.0.2.64/26 of a.test matches" -i 192.0.2.127 -f joe@a.test
check "ip6" "pass${tab}ip6:2001:db8::/32 of a.test matches" -i 2001:DB8::1 -f joe@a.test
check "fail, explained" "fail${tab}192.0.2.31 is not a.test; ask us.test at 1790000000 for j%2Be%40a.test from h.test" \
	-n us.test -t 1790000000 -i 192.0.2.31 -f j+e@a.test -h h.test
check "without -n and -h" "fail${tab}192.0.2.31 is not a.test; ask unknown at 7 for joe%40a.test from unknown" \
	-t 7 -i 192.0.2.31 -f joe@a.test
now=$(spf-check -r "$dns" -i 192.0.2.31 -f joe@a.test | sed 's/.* at \([0-9]*\) .*/\1/')
[ $(($(date +%s) - now)) -le 5 ]; ok "without -t it is now" $?
check "fail, in our words" "fail${tab}192.0.2.1 is not allowed to send mail for bare.test" -i 192.0.2.1 -f joe@bare.test
check "HELO for the null sender" "pass${tab}exists:%{l}.%{h}.x.test of helo.test matches" -i 192.0.2.1 -f '' -h helo.test
check "written <>" "pass${tab}exists:%{l}.%{h}.x.test of helo.test matches" -i 192.0.2.1 -f '<>' -h helo.test
check "HELO alone" "pass${tab}exists:%{l}.%{h}.x.test of helo.test matches" -i 192.0.2.1 -h helo.test
check "redirect" "pass${tab}a of a.test matches" -i 192.0.2.1 -f joe@soft.test
check "none" "none${tab}no.test: no SPF record" -i 192.0.2.1 -f joe@no.test
check "no domain" "none${tab}there is no domain to ask" -i 192.0.2.1 -f '' -h ''
check "address literal" "none${tab}[192.0.2.1]: not a domain that could have a policy" -i 192.0.2.1 -h '[192.0.2.1]'
check "neutral" "neutral${tab}?all of helo.test matches" -i 192.0.2.1 -f joe@helo.test -h x
check "permerror" "permerror${tab}syntax error in the record of wrong.test: ip4:192.0.2" -i 192.0.2.1 -f joe@wrong.test
check "two records" "permerror${tab}two.test has several SPF records" -i 192.0.2.1 -f joe@two.test
check "U-label" "pass${tab}+all of xn--bcher-kva.test matches" -i 192.0.2.1 -f 'joe@bücher.test'
check "CNAME" "fail${tab}192.0.2.1 is not allowed to send mail for cname.test" -i 192.0.2.1 -f joe@cname.test
check "a long record, by TCP" "pass${tab}+all of long.test matches" -i 192.0.2.1 -f joe@long.test
like "the server fails" "$(spf-check -r "$dns" -i 192.0.2.1 -f joe@bad.test)" "^temperror${tab}no answer for the policy of bad.test: ."
start=$(date +%s)
check "silence" "temperror${tab}no answer for the policy of slow.test: no answer in time" -w 1 -i 192.0.2.1 -f joe@slow.test
check "silence behind the record" "temperror${tab}no answer for slow-a.test: no answer in time" -w 1 -i 192.0.2.1 -f joe@slow-a.test
[ $(($(date +%s) - start)) -lt 6 ]; ok "-w bounds it" $?
check "what is not printable" "none${tab}?[31m.test: no SPF record" -i 192.0.2.1 -f "joe@$(printf '\033')[31m.test"
status "no such server" 0 spf-check -r 127.0.0.1@1 -w 1 -i 192.0.2.1 -f joe@a.test
like "is no answer" "$(cat out)" '^temperror	'
status "no arguments" 100 spf-check
status "no address" 100 spf-check -f joe@a.test
status "no sender" 100 spf-check -i 192.0.2.1
status "not an address" 100 spf-check -i 192.0.2 -f joe@a.test
is "says so" "$(cat err)" "spf-check: fatal: 192.0.2 is not an IP address"
status "bad -r" 100 spf-check -r dns.test -i 192.0.2.1 -f joe@a.test
status "bad -t" 100 spf-check -t -1 -i 192.0.2.1 -f joe@a.test
status "bad -w" 100 spf-check -w 0 -i 192.0.2.1 -f joe@a.test
status "-w too long" 100 spf-check -w 3601 -i 192.0.2.1 -f joe@a.test
status "an argument more" 100 spf-check -i 192.0.2.1 -f joe@a.test x
spf-check -i 192.0.2.1 -h localhost >/dev/full 2>err
is "/dev/full" $? 111
spf-check -i 192.0.2.1 -h localhost >&- 2>err
is "1 closed" $? 111
done_testing
