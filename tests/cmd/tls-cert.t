#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
python3 "$top/tests/tools/pki.py" p <<'P'
root ca=1
mid ca=1 issuer=root
low ca=1 issuer=mid
ec issuer=low names=Mail.example.org,*.example.net
rsa key=rsa2048 issuer=mid names=rsa.example
p384 key=ec384 names=p384.example
p521 key=ec521
small key=rsa1024
soon issuer=mid names=a.example until=14d
later issuer=mid names=a.example until=15d
early issuer=mid names=a.example from=1d
P

# self
status "a certificate of one's own" 0 tls-cert self self.pem Mail.example.org '*.example.net' a_b.example
is "silent" "$(cat out err)" ""
is "for its owner alone" "$(stat -c %a self.pem)" 600
like "it signed itself" "$(openssl verify -CAfile self.pem self.pem 2>&1)" "^self.pem: OK$"
openssl x509 -in self.pem -noout -pubkey >pub1; openssl pkey -in self.pem -pubout >pub2
cmp -s pub1 pub2; ok "its key is with it" $?
is "its names" "$(openssl x509 -in self.pem -noout -ext subjectAltName | sed 1d | tr -d ' ')" "DNS:mail.example.org,DNS:*.example.net,DNS:a_b.example"
openssl x509 -in self.pem -noout -checkend $((3649 * 86400)) >/dev/null; ok "for ten years" $?
status "it is not written over" 100 tls-cert self self.pem a.example
is "says so" "$(cat err)" "tls-cert: fatal: self.pem: it is there already"
is "nothing else is left" "$(find . -name '.*new' -o -name '*.new')" ""
status "another time" 0 tls-cert self -d 1 -t 1800000000 day.pem a.example
is "one day" "$(openssl x509 -in day.pem -noout -dates)" "notBefore=Jan 15 07:00:00 2027 GMT
notAfter=Jan 16 08:00:00 2027 GMT"
for n in '' . a..b '*' '*.' a.*.b 'a b' 'a,b' 192.0.2.1/24 'büro.example' '::1'; do
	status "no host name: '$n'" 100 tls-cert self no.pem good.example "$n"
	like "says so" "$(cat err)" "^tls-cert: fatal: not a host name: "
done
long=$(printf '%0253d' 0); status "a name at the limit" 0 tls-cert self long.pem "$long"
status "one above" 100 tls-cert self no.pem "0$long"
# shellcheck disable=SC2046
status "100 names" 0 tls-cert self many.pem $(seq -f 'n%g.example' 100)
# shellcheck disable=SC2046
status "101 names" 100 tls-cert self no.pem $(seq -f 'n%g.example' 101)
is "says so" "$(cat err)" "tls-cert: fatal: more than 100 names"
status "36500 days" 0 tls-cert self -d 36500 century.pem a.example
for d in 0 36501 -1 x ''; do status "days: '$d'" 100 tls-cert self -d "$d" no.pem a.example; done
status "no folder" 111 tls-cert self none/self.pem a.example
is "says so" "$(cat err)" "tls-cert: fatal: unable to write none/self.pem: No such file or directory"
ok "nothing was made where something was wrong" "$([ ! -e no.pem ]; echo $?)"

# show
status "show" 0 tls-cert show self.pem p/ec.pem p/rsa.crt p/p384.pem
is "silent" "$(cat err | grep -v issuer)" ""
sum() { openssl x509 -in "$1" -outform DER | sha256sum | cut -c 1-64; }
spki() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c 1-64; }
day() { date -u -d "$(openssl x509 -in "$1" -noout "-$2" | cut -d= -f2)" +%Y-%m-%d; }
line() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(day "$1" startdate)" "$4" "$(sum "$1")" "$(spki "$1")"; }
is "a line each" "$(cat out)" "$(line self.pem ec256 'mail.example.org,*.example.net,a_b.example' "$(day self.pem enddate)"
	line p/ec.pem ec256 'mail.example.org,*.example.net' "$(day p/ec.pem enddate)"
	line p/rsa.crt rsa rsa.example "$(day p/rsa.crt enddate)"
	line p/p384.pem ec384 p384.example "$(day p/p384.pem enddate)")"
status "13 days left" 0 tls-cert show p/soon.pem
is "is said" "$(cat err)" "tls-cert: warning: p/soon.pem: expires on $(day p/soon.crt enddate)"
status "15 days left" 0 tls-cert show p/later.pem
is "is not" "$(cat err)" ""
status "over" 0 tls-cert show -t 2000000000 p/later.pem
like "is said" "$(cat err)" "p/later.pem: expired on"
status "not yet" 0 tls-cert show p/early.pem
is "is said" "$(cat err)" "tls-cert: warning: p/early.pem: valid from $(day p/early.crt startdate): is the clock right?"
status "without its issuer" 0 tls-cert show p/ec.crt
is "is said" "$(cat err)" "tls-cert: warning: p/ec.crt: its issuer is not in it: others may not be able to check it"
status "no certificate" 100 tls-cert show p/ec.key
is "is said" "$(cat err)" "tls-cert: fatal: p/ec.key: no certificate in PEM"
status "a key we cannot use" 100 tls-cert show p/p521.crt
is "is said" "$(cat err)" "tls-cert: fatal: p/p521.crt: key is neither RSA nor ECDSA with P-256 or P-384"
status "no file" 111 tls-cert show none.pem
is "is said" "$(cat err)" "tls-cert: fatal: none.pem: unable to read: No such file or directory"

# install
cat p/mid.crt p/root.crt p/ec.crt p/rsa.crt p/low.crt >mixed.crt
status "put into place" 0 tls-cert install mail.pem mixed.crt p/ec.key
is "silent" "$(cat out err)" ""
is "for its owner alone" "$(stat -c %a mail.pem)" 600
is "in the order of issue, without the root" "$(grep -v KEY mail.pem | sed '/BEGIN/,/END/!d' | head -"$(cat p/ec.chain | wc -l)")" "$(cat p/ec.chain)"
is "and the key behind it" "$(grep -c BEGIN mail.pem) $(tail -1 mail.pem)" "4 -----END PRIVATE KEY-----"
ino=$(stat -c %i mail.pem)
chmod 640 mail.pem
status "in place of it" 0 tls-cert install mail.pem p/rsa.chain p/rsa.key
ok "it is another file" "$([ "$(stat -c %i mail.pem)" != "$ino" ]; echo $?)"
is "with the mode of the one before" "$(stat -c %a mail.pem)" 640
is "and the new certificate" "$(tls-cert show mail.pem | cut -f 2,3)" "$(printf 'rsa\trsa.example')"
cp mail.pem before
refused() { # WHY STATUS CERTIFICATE KEY TEXT
	status "refused: $1" "$2" tls-cert install mail.pem "$3" "$4"
	is "is said" "$(cat err)" "tls-cert: fatal: $5"
	cmp -s mail.pem before; ok "nothing changes" $?
}
refused "another's key" 100 p/rsa.chain p/ec.key "p/rsa.chain: key does not belong to the certificate"
head -c 500 p/rsa.chain >half.crt; head -c 100 p/rsa.key >half.key; chmod 600 half.key
refused "half a certificate" 100 half.crt p/rsa.key "half.crt: cut short"
refused "half a key" 100 p/rsa.chain half.key "half.key: cut short"
refused "no such key" 111 p/rsa.chain none "none: unable to read: No such file or directory"
refused "no such certificate" 111 none p/rsa.key "none: unable to read: No such file or directory"
refused "a small key" 100 p/small.chain p/small.key "p/small.key: RSA key of less than 2048 bits"
refused "a key of another kind" 100 p/p521.chain p/p521.key "p/p521.key: key is neither RSA nor ECDSA with P-256 or P-384"
openssl ec -aes128 -passout pass:x -in p/ec.key >locked.key 2>/dev/null; chmod 600 locked.key
refused "a locked key" 100 p/ec.chain locked.key "locked.key: key is encrypted"
cp p/ec.key open.key; chmod 644 open.key
refused "a key that all may read" 100 p/ec.chain open.key "open.key: may be read or written by others: chmod it to 0600 or 0640"
status "without its issuer" 0 tls-cert install lone.pem p/ec.crt p/ec.key
is "is said" "$(cat err)" "tls-cert: warning: p/ec.crt: its issuer is not in it: others may not be able to check it"
status "for a group" 0 tls-cert install -g "$(id -g)" group.pem p/ec.chain p/ec.key
is "mode and group" "$(stat -c '%a %g' group.pem)" "640 $(id -g)"
status "both in one file" 0 tls-cert install one.pem p/ec.pem p/ec.pem
is "is the same" "$(tls-cert show one.pem | cut -f 2-)" "$(tls-cert show p/ec.pem | cut -f 2-)"
if [ "$(id -u)" = 0 ]; then
	mkdir -m 700 theirs && chown nobody theirs && chmod 711 .
	status "root, in a folder of another" 0 tls-cert install theirs/mail.pem p/ec.chain p/ec.key
	is "writes as that one" "$(stat -c '%U %a' theirs/mail.pem)" "nobody 600"
	rm theirs/mail.pem; ln -s "$T/before" theirs/mail.pem; cp before kept
	status "a link planted there" 0 tls-cert install theirs/mail.pem p/ec.chain p/ec.key
	cmp -s before kept; ok "leads root nowhere" $?
	chown nobody theirs; status "self, there" 0 tls-cert self theirs/self.pem a.example
	is "as that one, too" "$(stat -c '%U %a' theirs/self.pem)" "nobody 600"
else
	skip "only root may be another"
fi
said=$( (ulimit -f 0; tls-cert install mail.pem p/ec.chain p/ec.key) 2>&1)
is "no room" $? 111
is "says so" "$said" "tls-cert: fatal: unable to write mail.pem: File too large"
cmp -s mail.pem before; ok "nothing changes" $?
is "nothing half made is left" "$(find . -name '.*.new')" ""

status "no arguments" 100 tls-cert
status "no such verb" 100 tls-cert make a b
status "self without a name" 100 tls-cert self a.pem
status "install without a key" 100 tls-cert install a.pem p/ec.chain
status "show nothing" 100 tls-cert show
status "an option of another verb" 100 tls-cert show -d 3 self.pem
status "a group that is no number" 100 tls-cert install -g root a.pem p/ec.chain p/ec.key
tls-cert show self.pem >/dev/full 2>err
is "/dev/full" $? 111
tls-cert show self.pem <&- 2>err
is "0 closed" $? 111
tls-cert show self.pem >&- 2>err
is "1 closed" $? 111
done_testing
