#!/bin/sh
# Whatever looks an address up finds it by each of its forms: local parts of
# more than 64 bytes, with dots where no dot-string has them, in quotes, and a
# dot behind the domain.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
long=$(printf 'x%099d' 0)
mkdir -p conf mail/ann/new mail/ann/cur mail/ann/tmp
echo me.example >conf/me
echo local.example >conf/local
cat >conf/aliases <<X
$long: ann
a..b: ann
"c.d": ann
"e f": ann
"g+h": plus
dot.@local.example: ann
$long+ext@local.example: withext
X
cat >conf/routes <<X
to:$long@r.example host:[192.0.2.1]
to:a..b@r.example host:[192.0.2.2]
to:"\"e f\"@r.example" host:[192.0.2.3]
from:q..r@s.example host:[192.0.2.4]
from:$long@s.example host:[192.0.2.5]
X
printf '%s\na..user\n' "y$long" >conf/users
conf-build conf || exit 1
goes() { route -n conf "$@" 2>&1 | grep -v '^bounced\|^tls:' | tail -1 | sed 's/.*\(host:[^ ]*\|user:.*\)/\1/; s/ domain:.*//'; }
while IFS='|' read -r address want; do
	is "route: $address" "$(goes "$address")" "$want"
done <<X
$long@local.example|user:ann
$long@LOCAL.example.|user:ann
$long+ext@local.example|user:withext
$long+other@local.example|user:ann ext:other
a..b@local.example|user:ann
"a..b"@local.example.|user:ann
c.d@local.example|user:ann
"c.d"@local.example|user:ann
"e f"@local.example|user:ann
"g+h"@local.example|user:plus
"dot."@local.example|user:ann
$long@R.example.|host:[192.0.2.1]:25
"a..b"@r.example|host:[192.0.2.2]:25
"e f"@r.example.|host:[192.0.2.3]:25
X
for f in 'q..r@s.example' '"q..r"@S.example.'; do
	is "route: from $f" "$(goes x@y.example "from:$f")" "host:[192.0.2.4]:25"
done
is "route: a long sender" "$(goes x@y.example "from:$long@S.example.")" "host:[192.0.2.5]:25"

# users, at RCPT
rcpt() {
	printf 'EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<%s>\r\nQUIT\r\n' "$1" |
		TCPREMOTEIP=192.0.2.9 PROTO=TCP smtp-recv -C conf -M mail false 2>/dev/null |
		tail -2 | head -1 | cut -c 1-3
}
while IFS='|' read -r address want; do
	is "RCPT TO:<$address>" "$(rcpt "$address")" "$want"
done <<X
y$long@local.example|250
y$long@LOCAL.example.|250
z$long@local.example|550
a..user@local.example|250
"a..user"@local.example|250
"a..user"@local.example.|250
a.user@local.example|550
"ann"@local.example|250
X

# SPF: a label that is too long, or empty, names nothing
cat >zone.json <<'X'
{ "l.test": {"TXT": "v=spf1 exists:%{l}.ok.test -all"},
  "s.test": {"TXT": "v=spf1 exists:%{l1r}.ok.test -all"},
  "e.test": {"TXT": "v=spf1 -all exp=why.test"},
  "why.test": {"TXT": "no %{l} of %{s}"},
  "*.ok.test": {"A": "127.0.0.2"} }
X
fake_dns zone.json; ok "a name server" $?
spf() { spf-check -r "$dns" -i 192.0.2.1 -f "$1" 2>&1; }
label=$(printf 'x%062d' 0)
while IFS='|' read -r address want; do
	is "SPF: $address" "$(spf "$address" | cut -f 1)" "$want"
done <<X
$label@l.test|pass
y$label@l.test|fail
$long@l.test|fail
$label.$label.$label@l.test|pass
a.b@l.test.|pass
a..b@l.test|fail
.a@l.test|fail
"a b"@l.test|pass
$long.a@s.test|fail
a.$long@s.test|pass
X
is "SPF: a long local part in an explanation" "$(spf "$long@e.test" | cut -f 2)" "no $long of $long@e.test"
done_testing
