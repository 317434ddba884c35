#!/bin/sh
# What mail-auth writes into the log becomes the reports that RFC 9990 wants.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
cat >zone.json <<'X'
{"_dmarc.example.com": {"TXT": "v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:d@example.com"},
 "example.com": {"TXT": "v=spf1 ip4:192.0.2.1 -all"},
 "bounce.example.com": {"TXT": "v=spf1 ip4:192.0.2.1 -all"},
 "_dmarc.test.example": {"TXT": "v=DMARC1; p=quarantine; t=y; rua=mailto:d@test.example"},
 "_dmarc.quiet.example": {"TXT": "v=DMARC1; p=none"}}
X
fake_dns zone.json
if ! command -v mail-auth >/dev/null; then
	skip "mail-auth is missing"
	done_testing
	exit
fi
# auth FROM CLIENT SENDER: as a link, which logs what has become of it
mkdir next
auth() {
	printf 'from %s\nto b@shop.example\nclient %s\nhelo client.example\n\nFrom: x <%s>\nSubject: s\n\nhi\n' \
		"$3" "$2" "$1" >content
	{ printf '%d:' "$(wc -c <content)"; cat content; printf ,; } |
		mail-auth -n me.example -r "$dns" python3 "$top/tests/tools/fakeinject.py" next K >/dev/null 2>>log
}
auth a@example.com 192.0.2.1 a@bounce.example.com; ok "mail-auth" $?
auth b@EXAMPLE.com 192.0.2.1 b@bounce.example.com
auth a@example.com 192.0.2.9 a@example.com
auth a@sub.example.com 192.0.2.9 ''
auth a@test.example 192.0.2.9 a@other.example
auth a@quiet.example 192.0.2.9 a@quiet.example
auth a@nowhere.example 192.0.2.9 a@nowhere.example
is "events" "$(grep -c 'ev:verdict' log)" 7
mkdir d
status "dmarc-report" 0 dmarc-report -o Me -m dmarc@me.example -D d log
is "says nothing" "$(cat err)" ""
is "for whom" "$(cut -f 2- out)" "example.com${tab}3${tab}4
test.example${tab}1${tab}1"
show() { python3 "$top/tests/tools/dmarcxml.py" d/*"!$1!"* 2>&1; }
is "the policy" "$(show example.com | head -1 | cut -f 7-)" \
    "example.com${tab}reject${tab}quarantine${tab}quarantine${tab}s${tab}r${tab}n${tab}treewalk"
is "records: address, number, alignment, names" "$(show example.com | sed 1d | cut -f 1,2,4,5,7,8)" \
"192.0.2.1${tab}2${tab}fail${tab}pass${tab}example.com${tab}bounce.example.com
192.0.2.9${tab}1${tab}fail${tab}fail${tab}example.com${tab}example.com
192.0.2.9${tab}1${tab}fail${tab}fail${tab}sub.example.com${tab}"
is "SPF" "$(show example.com | sed 1d | cut -f 11)" "pass:bounce.example.com
fail:example.com
none:client.example"
is "a test" "$(show test.example | head -1 | cut -f 8,13)" "quarantine${tab}y"
like "which is the reason" "$(show test.example | sed 1d | cut -f 3,6)" "^none${tab}policy_test_mode:"
done_testing
