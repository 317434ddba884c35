#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >zone.json <<'X'
{
 "_dmarc.example.com": {"TXT": "v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:d@example.com!1m"},
 "www.example.com": {"A": "192.0.2.1"},
 "_dmarc.test.example": {"TXT": ["v=DMARC1; p=reject; t=y; pct=0; adkim=s"]},
 "_dmarc.xn--strae-oqa.example": {"TXT": "v=DMARC1; p=quarantine"},
 "_dmarc.broken.example": {"TXT": "v=DMARC1; p=reject; sp=x"},
 "_dmarc.slow.example": "TIMEOUT",
 "_dmarc.bad.example": "SERVFAIL",
 "_dmarc.bank": {"TXT": "v=DMARC1; p=reject; psd=y"},
 "_dmarc.odd.example": {"TXT": "v=DMARC1; p=none; rua=mailto:a@b.c,mailto:\u0007@b.c"}
}
X
fake_dns zone.json
tab=$(printf '\t')
check() { name=$1 want=$2; shift 2; is "$name" "$(dmarc-check -r "$dns" "$@" 2>&1)" "$want"; }
status "a domain with a policy" 0 dmarc-check -r "$dns" -f example.com
is "fails without help" "$(cat out)" "fail${tab}reject${tab}reject of example.com, neither DKIM nor SPF passed"
is "says nothing" "$(cat err)" ""
check "DKIM" "pass${tab}reject${tab}reject of example.com, DKIM aligned" -f joe@example.com -d example.com
check "SPF" "pass${tab}reject${tab}reject of example.com, SPF aligned" -f example.com -s bounce.example.com
check "another's" "fail${tab}reject${tab}reject of example.com, no aligned domain passed" -f example.com -d a.org -d b.com
check "the second of two" "pass${tab}reject${tab}reject of example.com, DKIM aligned" -f example.com -d a.org -d example.com
check "a subdomain that is there" "fail${tab}quarantine${tab}quarantine of example.com, neither DKIM nor SPF passed" -f www.example.com
check "one that is not" "fail${tab}none${tab}none of example.com, neither DKIM nor SPF passed" -f no.example.com
check "no record" "none${tab}none${tab}no record" -f x.nowhere
check "a record that cannot be used" "none${tab}none${tab}record without valid p= and rua=" -f broken.example
check "a test" "fail${tab}quarantine${tab}reject of test.example, testing, no aligned domain passed" -f test.example -d a.test.example
check "the same by RFC 7489" "pass${tab}quarantine${tab}reject of test.example, testing, SPF aligned" -p -f test.example -s a.test.example
check "U-label" "pass${tab}quarantine${tab}quarantine of xn--strae-oqa.example, DKIM aligned" -f 'joe@straße.example' -d XN--strae-oqa.example
check "U-label on the other side" "pass${tab}quarantine${tab}quarantine of xn--strae-oqa.example, SPF aligned" -f xn--strae-oqa.example -s 'a.Straße.example'
check "no domain" "none${tab}none${tab}no domain in From" -f ''
check "no domain that can be" "none${tab}none${tab}no domain in From" -f "$(printf 'a@\377.example')"
check "the server fails" "temperror${tab}none${tab}$(dmarc-check -r "$dns" -f bad.example | cut -f 3)" -f bad.example
check "below a public suffix" "fail${tab}reject${tab}reject of bank, neither DKIM nor SPF passed" -f x.bank
check "which the list does not have so" "none${tab}none${tab}no record" -p -f x.bank
check "all there is" "fail${tab}none${tab}none of example.com, neither DKIM nor SPF passed
domain${tab}example.com
organization${tab}example.com
p${tab}reject
sp${tab}quarantine
np${tab}none
testing${tab}n
adkim${tab}r
aspf${tab}r
dkim-aligned${tab}fail
spf-aligned${tab}fail
rua${tab}mailto:d@example.com!1m
pct${tab}100" -v -f no.example.com
is "control bytes make a tag worthless" "$(dmarc-check -r "$dns" -v -f odd.example | sed -n "s/^rua$tab//p")" ""
check "organization by the walk" "x.bank" -o a.b.x.bank
check "none: the name itself" "a.b.nowhere" -o a.b.nowhere
is "by the list" "$(dmarc-check -p -o a.b.github.io)" "b.github.io"
is "none by the list" "$(dmarc-check -p -o github.io)" ""
status "organization: no answer" 111 dmarc-check -r "$dns" -o a.bad.example
like "says so" "$(cat err)" '^dmarc-check: fatal: no answer for a.bad.example: '
start=$(date +%s)
status "nobody answers" 0 dmarc-check -r "$dns" -w 1 -f slow.example
like "in time" "$(cat out)" "^temperror${tab}none${tab}no answer in time"
[ $(($(date +%s) - start)) -le 4 ]; ok "and not later" $?

set --
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do set -- "$@" -d "d$i.com"; done
check "20 signatures" "pass${tab}reject${tab}reject of example.com, DKIM aligned" -f example.com "$@" -d example.com
status "21" 100 dmarc-check -f example.com "$@" -d a.com -d b.com
status "nothing to do" 100 dmarc-check
status "arguments" 100 dmarc-check -f example.com more
status "bad server" 100 dmarc-check -r nowhere -f example.com
status "bad time" 100 dmarc-check -t x -f example.com
status "bad seconds" 100 dmarc-check -w 0 -f example.com
status "bad option" 100 dmarc-check -x
status "a time is taken" 0 dmarc-check -r "$dns" -t 1790000000 -f example.com
dmarc-check -p -o example.com >/dev/full 2>err
is "/dev/full" $? 111
dmarc-check -p -o example.com <&- >out 2>err
is "0 closed" $? 111
dmarc-check -p -o example.com >&- 2>err
is "1 closed" $? 111
done_testing
