#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
public() { openssl genrsa "$1" 2>/dev/null | openssl rsa -pubout -outform DER 2>/dev/null | base64 -w0; }
ed=$(head -c 32 /dev/zero | tr '\0' a | base64 -w0)
cat >zone.json <<X
{
 "good.example": {"TXT": "v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all", "MX": [[10, "mx.good.example"]]},
 "_dmarc.good.example": {"TXT": "v=DMARC1; p=reject; rua=mailto:d@good.example"},
 "a._domainkey.good.example": {"TXT": "v=DKIM1; k=rsa; p=$(public 2048)"},
 "b._domainkey.good.example": {"TXT": "v=DKIM1; k=ed25519; p=$ed"},
 "user._domainkey.good.example": {"TXT": "v=DKIM1; p=$(public 1024)"},
 "_dmarc.bad.example": {"TXT": "v=DMARC1; p=x"},
 "bad.example": {"TXT": "v=spf1 ip4:192.0.2.10 -all", "A": "192.0.2.99"},
 "old._domainkey.bad.example": {"TXT": "v=DKIM1; p=$(public 768)"},
 "revoked._domainkey.bad.example": {"TXT": "v=DKIM1; p="},
 "kind._domainkey.bad.example": {"TXT": "v=DKIM1; k=ed25519; p=$ed"},
 "many._domainkey.bad.example": {"TXT": ["v=DKIM1; p=a", "v=DKIM1; p=b"]},
 "test._domainkey.bad.example": {"TXT": "v=DKIM1; t=y; p=$(public 2048)"},
 "lost._domainkey.bad.example": "SERVFAIL",
 "soft.example": {"TXT": "v=spf1 ~all", "MX": [[0, "."]]},
 "_dmarc.soft.example": {"TXT": "v=DMARC1; p=none"},
 "wrong.example": {"TXT": "v=spf1 foo:bar", "AAAA": "2001:db8::1"},
 "_dmarc.wrong.example": {"TXT": "v=DMARC1; p=quarantine"},
 "nothing.example": {"NS": "ns.example"},
 "_dmarc.test.example": {"TXT": "v=DMARC1; p=reject; t=y; rua=mailto:a@test.example"},
 "test.example": "SERVFAIL",
 "10.2.0.192.in-addr.arpa": {"PTR": ["elsewhere.example", "out.good.example"]},
 "out.good.example": {"A": "192.0.2.10", "AAAA": "2001:db8::10"},
 "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": {"PTR": "OUT.good.example"},
 "11.2.0.192.in-addr.arpa": {"PTR": "liar.example"},
 "liar.example": {"A": "192.0.2.77"},
 "12.2.0.192.in-addr.arpa": {"PTR": "pool12.isp.example"},
 "pool12.isp.example": {"A": "192.0.2.12"},
 "helo12.example": {"A": "192.0.2.12"},
 "14.2.0.192.in-addr.arpa": "SERVFAIL"
}
X
fake_dns zone.json
mkdir conf
echo out.good.example >conf/me
run() { domain-check -r "$dns" -C conf "$@"; }
echo 'default source=192.0.2.10,2001:db8::10' >conf/pools
cat >conf/dkim <<'X'
good.example domain=good.example selector=a key=a
good.example domain=good.example selector=b key=b algorithm=ed25519-sha256
vip@good.example domain=good.example selector=user key=u
X
is "a dot at its end is none of the domain's" "$(run good.example.)" "$(run good.example)"
status "a site where all is well but a key" 0 run
is "says nothing" "$(cat err)" ""
is "each finding on a line" "$(cat out)" "good${tab}192.0.2.10 PTR${tab}out.good.example
good${tab}192.0.2.10 EHLO${tab}out.good.example
good${tab}2001:db8::10 PTR${tab}out.good.example
good${tab}2001:db8::10 EHLO${tab}out.good.example
good${tab}good.example SPF 192.0.2.10${tab}pass
good${tab}good.example SPF 2001:db8::10${tab}pass
good${tab}a._domainkey.good.example${tab}published
good${tab}b._domainkey.good.example${tab}published
warning${tab}user._domainkey.good.example${tab}RSA of 1024 bits: make a key of 2048
good${tab}good.example DMARC${tab}p=reject
good${tab}good.example MX${tab}there"
is "only what is not good" "$(run -q)" "warning${tab}user._domainkey.good.example${tab}RSA of 1024 bits: make a key of 2048"

# the host's own name
for n in box 192.0.2.1 my_host.example.org; do
	echo $n >conf/me
	like "me $n" "$(run -q | head -1)" "^warning${tab}conf/me${tab}$n: .*; .*write the full name"
done
echo out.good.example >conf/me

# keys
cat >conf/dkim <<'X'
.bad.example domain=bad.example selector=old key=a
.bad.example domain=bad.example selector=revoked key=a
.bad.example domain=bad.example selector=kind key=a
.bad.example domain=bad.example selector=many key=a
.bad.example domain=bad.example selector=test key=a
.bad.example domain=bad.example selector=lost key=a
.bad.example domain=bad.example selector=none key=a
X
echo 'x source=192.0.2.11' >conf/pools
is "a site where nothing is well" "$(run)" "bad${tab}192.0.2.11 PTR${tab}liar.example does not have the address 192.0.2.11: add it there, or change the name
bad${tab}192.0.2.11 EHLO${tab}out.good.example does not have the address 192.0.2.11: add it, or say another name (helo= in conf/pools, conf/me)
bad${tab}bad.example SPF 192.0.2.11${tab}fail: add ip4:192.0.2.11 to the record
bad${tab}old._domainkey.bad.example${tab}RSA of 768 bits is not taken: make a key of 2048 (RFC 8301 section 3.2)
bad${tab}revoked._domainkey.bad.example${tab}the key is revoked
bad${tab}kind._domainkey.bad.example${tab}the key is not of the kind rsa that signs
bad${tab}many._domainkey.bad.example${tab}2 records: one is needed, take the others out
warning${tab}test._domainkey.bad.example${tab}t=y says that it is a test: take it out
warning${tab}lost._domainkey.bad.example${tab}the DNS did not answer: look again
bad${tab}none._domainkey.bad.example${tab}not there: publish the public key as TXT
bad${tab}bad.example DMARC${tab}the record at _dmarc.bad.example cannot be used: give it a good p=
good${tab}bad.example MX${tab}none, but an address"
printf '%s\n' 'x@bad.example domain=bad.example selector=none key=a' '* domain=good.example selector=a key=a foreign=yes' '* domain=GOOD.example selector=b key=a foreign=yes by=envelope' >conf/dkim
is "whose mail is signed, and who signs any" "$(run | cut -f 2 | grep -E 'DMARC|_domainkey')" "a._domainkey.good.example
b._domainkey.good.example
none._domainkey.bad.example
bad.example DMARC
a._domainkey.good.example
b._domainkey.good.example
good.example DMARC"
rm conf/dkim

# domains by name
cat >conf/pools <<'X'
a source=192.0.2.12 helo=helo12.example
b source=192.0.2.12 helo=helo12.example
c source=192.0.2.13 helo=helo12.example
d source=192.0.2.14
e helo=helo12.example
X
is "sources" "$(run)" "warning${tab}e${tab}a source without address: the system chooses one, which cannot be looked at; say source= in conf/pools
good${tab}192.0.2.12 PTR${tab}pool12.isp.example
warning${tab}192.0.2.12 EHLO${tab}helo12.example is not the name that the address has, pool12.isp.example: make them the same
bad${tab}192.0.2.13 PTR${tab}no name: have its provider set it to helo12.example
bad${tab}192.0.2.13 EHLO${tab}helo12.example does not have the address 192.0.2.13: add it, or say another name (helo= in conf/pools, conf/me)
warning${tab}192.0.2.14 PTR${tab}the DNS did not answer: look again
bad${tab}192.0.2.14 EHLO${tab}out.good.example does not have the address 192.0.2.14: add it, or say another name (helo= in conf/pools, conf/me)"
echo 'a source=192.0.2.10' >conf/pools
check() { name=$1 want=$2; shift 2; is "$name" "$(run "$@" 2>&1 | grep -v '^good.192')" "$want"; }
check "no strictness" "warning${tab}soft.example SPF 192.0.2.10${tab}softfail: add ip4:192.0.2.10 to the record
warning${tab}soft.example${tab}nobody signs its mail: add it to conf/dkim
warning${tab}soft.example DMARC${tab}p=none: forged mail is let through; quarantine or reject when the reports are good
warning${tab}soft.example MX${tab}a null MX says that it takes no mail: bounces are lost, some refuse mail from it" soft.example
check "wrong records" "bad${tab}wrong.example SPF 192.0.2.10${tab}the record is wrong: $(spf-check -r "$dns" -i 192.0.2.10 -f a@wrong.example | cut -f 2)
warning${tab}wrong.example${tab}nobody signs its mail: add it to conf/dkim
warning${tab}wrong.example DMARC${tab}p=quarantine, but nobody gets reports: add rua=
good${tab}wrong.example MX${tab}none, but an address" wrong.example
check "nothing there" "bad${tab}nothing.example SPF 192.0.2.10${tab}no record: publish \"v=spf1 ip4:192.0.2.10 -all\" as TXT of nothing.example
warning${tab}nothing.example${tab}nobody signs its mail: add it to conf/dkim
bad${tab}nothing.example DMARC${tab}no record: publish \"v=DMARC1; p=none; rua=mailto:...\" as TXT of _dmarc.nothing.example
bad${tab}nothing.example MX${tab}no MX and no address: mail from it is refused, bounces are lost" nothing.example
is "not even the domain" "$(run no.invalid | tail -1)" "bad${tab}no.invalid MX${tab}the domain is not there: mail from it is refused"
is "a test, and no answer" "$(run -q test.example)" "warning${tab}test.example SPF 192.0.2.10${tab}the DNS did not answer: look again
warning${tab}test.example${tab}nobody signs its mail: add it to conf/dkim
warning${tab}test.example DMARC${tab}p=reject, but a test
warning${tab}test.example MX${tab}the DNS did not answer: look again"
is "bytes from elsewhere" "$(run -q "$(printf 'a\033b.example')" | grep -c "$(printf '\033')")" 0
rm conf/pools
is "no pools" "$(run)" "warning${tab}conf/pools${tab}no source has an address: SPF and names were not looked at"
echo "default source=nowhere" >conf/pools
status "a wrong file" 111 run
is "says where" "$(cat err)" "domain-check: fatal: conf/pools:1: source= is not an IP address"
rm conf/pools
status "no configuration" 100 domain-check good.example
status "none there" 111 domain-check -C no-such-folder good.example
status "bad option" 100 domain-check -X
status "bad seconds" 100 domain-check -C conf -w 0
status "bad server" 100 domain-check -C conf -r x
run good.example >/dev/full 2>err
is "/dev/full" $? 111
run <&- >out 2>err
is "0 closed" $? 111
run >&- 2>err
is "1 closed" $? 111
done_testing
