#!/bin/sh
# The certificates that tests make are what is asked for: openssl(1) looks.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
python3 "$top/tests/tools/pki.py" p <<'P'
# good ones
root ca=1 key=rsa2048
mid ca=1 issuer=root pathlen=0
good issuer=mid names=mail.example.org,*.example.net
rsa key=rsa2048 issuer=mid names=mail.example.org ips=192.0.2.1,2001:db8::1
ed key=ed25519 issuer=mid names=ed.example
p384 key=ec384 hash=sha384 ca=1 issuer=root
under384 issuer=p384 hash=sha512 names=a.example cn=
old issuer=mid names=old.example from=-9d until=-1d
early issuer=mid from=1d
far ca=1 until=@4102444800
cross ca=1 issuer=far key==mid cn=mid
wrong issuer=mid damage=1
strange issuer=mid strange=1
nul issuer=mid names=good.example\x00.evil.example
sub ca=1 issuer=mid
deep issuer=sub
limited ca=1 issuer=root permit=example.org
outside issuer=limited names=example.com
fat issuer=mid size=16384
P
is "all are made" $? 0
# verdict NAME: what openssl says of it
verdict() {
	sed 1,/END/d "p/$1.chain" | cat - p/mid.crt >above
	openssl verify -CAfile p/root.crt -untrusted above "p/$1.crt" 2>&1 | sed -n 's/.*lookup: *//p; s/.*: OK$/OK/p' | head -1
}
for n in good rsa ed under384 fat nul; do is "$n is good" "$(verdict $n)" OK; done
is "expired" "$(verdict old)" "certificate has expired"
is "not yet valid" "$(verdict early)" "certificate is not yet valid"
is "a wrong signature" "$(verdict wrong)" "certificate signature failure"
is "an unknown critical extension" "$(verdict strange)" "unhandled critical extension"
is "too deep" "$(verdict deep)" "path length constraint exceeded"
is "a name that is not permitted" "$(verdict outside)" "permitted subtree violation"
like "signed by itself" "$(verdict far)" "^self.signed certificate"
is "the same key, another issuer" "$(openssl verify -partial_chain -trusted p/far.crt p/cross.crt)" "p/cross.crt: OK"
text() { openssl x509 -in "p/$1.crt" -noout -text; }
like "names" "$(text good)" 'DNS:mail\.example\.org, DNS:\*\.example\.net$'
like "addresses" "$(text rsa)" 'IP Address:192\.0\.2\.1, IP Address:2001:DB8:0:0:0:0:0:1'
like "after 2050" "$(text far)" 'Not After : Jan  1 00:00:00 2100 GMT'
is "a size" "$(wc -c <p/fat.der)" 16384
is "the chain goes up to the root" "$(grep -c BEGIN p/good.chain)" 2
is "and the key stands behind it" "$(grep -c BEGIN p/good.pem)" 3
is "which others cannot read" "$(stat -c %a p/good.pem p/good.key | sort -u)" 600
done_testing
