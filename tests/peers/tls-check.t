#!/bin/sh
# tls-check asks Debian's Postfix, with names and TLSA records in a zone that is
# signed (nsd).
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
PATH=$PATH:/usr/sbin
tab=$(printf '\t')
peer Postfix command -v postfix || { done_testing; exit 1; }
for p in nsd ldns-signzone ldns-keygen; do
	peer $p command -v $p || { done_testing; exit 1; }
done
need_root
chmod 755 "$T"
cd "$T" || exit 1
python3 "$top/tests/tools/pki.py" made <<'X'
root ca=1
ca issuer=root ca=1
ec issuer=ca names=mx.test
rsa issuer=ca key=rsa2048 names=mx.test
X
for k in ec rsa; do cat made/$k.key made/$k.chain; done >chains.pem
port=$(free_port)
new_postfix "$T/postfix" <<X
myhostname = mx.test
smtpd_relay_restrictions = reject
smtpd_tls_security_level = may
smtpd_tls_chain_files = $T/chains.pem
smtpd_tls_session_cache_database = btree:$T/postfix/data/sessions
smtpd_tls_ciphers = low
tls_low_cipherlist = ALL:@SECLEVEL=0
smtpd_tls_protocols = >=TLSv1
X
postfix_serves mx "127.0.0.1:$port"
trap 'px stop; tap_end' EXIT
px start; ok "Postfix is up" $?
wait_for 10 smtp-ping -e "127.0.0.1:$port"

# a zone, and behind the signer's back a digest that is another
cat >test.zone <<X
\$ORIGIN test.
\$TTL 300
@ SOA ns.test. root.test. 1 3600 600 86400 60
@ NS ns.test.
@ MX 10 mx
ns A 127.0.0.1
mx A 127.0.0.1
_$port._tcp.mx TLSA 3 1 1 $(key_of made/ec)
_$port._tcp.mx TLSA 2 1 1 $(key_of made/ca)
half A 127.0.0.1
_$port._tcp.half TLSA 3 1 1 $(key_of made/ec)
forged A 127.0.0.1
_$port._tcp.forged TLSA 3 1 1 $(key_of made/ec)
old A 127.0.0.1
_$port._tcp.old TLSA 0 0 1 $(key_of made/ec)
X
key=$(ldns-keygen -a ECDSAP256SHA256 -k test)
now=$(date +%s)
ldns-signzone -o test -i $((now - 3600)) -e $((now + 3600)) -f test.signed test.zone "$key"; ok "a zone is signed" $?
awk -v k="$(key_of made/rsa)" '$1 ~ /\._tcp\.forged\.test\.$/ && $4 == "TLSA" { $8 = k } { print }' test.signed >test.served
ns=$(free_port)
cat >nsd.conf <<X
server:
	ip-address: 127.0.0.1@$ns
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
	zonefile: "test.served"
X
bg nsd -d -c nsd.conf >nsd.log 2>&1
mkdir conf plain
echo me.test >conf/me
echo me.test >plain/me
printf '127.0.0.1@%s\nanchor %s\n' "$ns" "$T/$key.key" >conf/resolver
printf '127.0.0.1@%s\nvalidate no\n' "$ns" >plain/resolver
check() { tls-check -a made/root.crt -p "$port" "$@" 2>err; }
up() { check -C conf mx.test | grep -q "starttls"; }
wait_for 20 up || sed 's/^/# /' nsd.log
# line SUBJECT: grade and text
line() { sed -n "s/^\([a-z]*\)$tab$1$tab/\1 /p" out; }

check -C conf -s test >out; is "a domain" $? 0
like "its greeting" "$(line 'mx.test 127.0.0.1 connect')" '^good 220 mx.test ESMTP'
like "our handshake" "$(line 'mx.test 127.0.0.1 handshake')" '^good TLS 1.2, ECDHE-ECDSA-AES'
is "its ECDSA certificate" "$(line 'mx.test 127.0.0.1 ECDSA verdict')" "good pkix"
is "fits a record" "$(line 'mx.test 127.0.0.1 ECDSA TLSA')" "good dane-ee: a record fits"
is "its RSA certificate" "$(line 'mx.test 127.0.0.1 RSA verdict')" "good pkix"
is "fits that of its authority" "$(line 'mx.test 127.0.0.1 RSA TLSA')" "good dane-ta: a record fits"
like "old versions" "$(line 'mx.test 127.0.0.1 version')" '^warning TLS 1.2, TLS 1.3, and TLS 1.0, TLS 1.1, too'
is "a session" "$(line 'mx.test 127.0.0.1 resumption')" "good a session is resumed"
like "no injection" "$(line 'mx.test 127.0.0.1 injection')" '^good '
check -C conf -e mx.test >out
like "suites" "$(line 'mx.test 127.0.0.1 TLS 1.2 suites')" 'ECDHE-ECDSA-AES256-GCM-SHA384.*ECDHE-RSA-AES128-GCM-SHA256'
like "of TLS 1.3" "$(line 'mx.test 127.0.0.1 TLS 1.3 suites')" '^good TLS_AES_'
like "other ones" "$(line 'mx.test 127.0.0.1 other suites')" '^warning .*DHE-RSA-AES256-GCM-SHA384.*: without ECDHE'
like "weak ones" "$(line 'mx.test 127.0.0.1 weak suites')" '^bad .*ADH-AES.*: turn them off'
check -C conf half.test >out
is "a record for one certificate" "$(line 'half.test 127.0.0.1 ECDSA TLSA')" "good dane-ee: a record fits"
like "does not fit the other" "$(line 'half.test 127.0.0.1 RSA TLSA')" "^bad tlsa: .* TLSA 3 1 1 $(key_of made/rsa)\$"
check -C conf forged.test >out
like "a forged answer" "$(line 'forged.test TLSA')" '^bad the answer is forged'
check -C conf old.test >out
like "records that SMTP does not use" "$(line 'old.test TLSA')" '^warning no record of usage 2 or 3'
check -C plain mx.test >out
like "nobody checks signatures" "$(line 'mx.test TLSA')" '^warning there are records, and the DNS does not vouch'
like "what would fit" "$(line 'mx.test 127.0.0.1 ECDSA TLSA')" "^good it would fit: _$port._tcp.mx.test. TLSA 3 1 1 $(key_of made/ec)\$"
is "Postfix has logged no fault" "$(grep -c 'fatal\|panic' "$P/log")" 0
done_testing
