#!/bin/sh
# DANE and MTA-STS both ways, in a network of its own with a DNS that is signed:
# Debian's Postfix and Exim as clients of smtp-recv, which verify it by its TLSA
# records, or as a policy says; and as receivers of what route and remote-send
# send, which verify them.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net --mount "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
PATH=$PATH:/usr/sbin:/sbin
for p in postfix nsd unbound ldns-signzone ip posttls-finger; do
	peer $p command -v $p || { done_testing; exit 1; }
done
chmod 755 "$T"
cd "$T" || exit 1
need_exim || { done_testing; exit 1; }
printf 'Subject: x\n\nhello\n' >msg

# ---- who there is: us, Postfix and Exim, each with a good certificate ----
us=198.18.1.1 alone=198.18.1.2 px=198.18.2.1 ex=198.18.3.1
ours='ee ta sha512 roll wrong bogus none unusable required sts stsbad'
theirs='ee ta sha512 wrong bogus none unusable'
names() { for n in $2; do printf '%smx.%s%s.test' "$comma" "$1" "$n"; comma=,; done; }
{
	echo 'root ca=1'
	echo 'inter issuer=root ca=1'
	comma=
	echo "us issuer=inter names=$(names '' "$ours")"
	echo 'self names=mx.self.test,mx.stsself.test'
	comma=
	echo "px issuer=inter names=$(names p "$theirs")"
	comma=
	echo "ex issuer=inter names=$(names x "$theirs")"
	echo 'stranger'
} | python3 "$top/tests/tools/pki.py" .
sha512_of() { openssl x509 -in "$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER | sha512sum | cut -d' ' -f1; }
# host DOMAIN ADDRESS KIND CERTIFICATE: an MX, and its TLSA records
host() {
	echo "$1.test MX 10 mx.$1.test."
	echo "mx.$1.test A $2"
	case $3 in
	ee | bogus | self) echo "3 1 1 $(key_of "$4")" ;;
	ta | name) echo "2 1 1 $(key_of inter)" ;;
	sha512) echo "3 1 2 $(sha512_of "$4")" ;;
	roll) echo "3 1 1 $(key_of stranger)"; echo "3 1 1 $(key_of "$4")" ;;
	wrong) echo "3 1 1 $(key_of stranger)" ;;
	unusable) echo "0 0 1 $(key_of "$4")" ;;
	esac | sed "s/^/_25._tcp.mx.$1.test TLSA /"
}
{
	echo 'ns.test A 198.18.0.2'
	for k in $ours; do host $k $us $k us; done
	host name $us name us
	host self $alone self self
	host stsself $alone none self
	for k in $theirs; do
		host p$k $px $k px
		host x$k $ex $k ex
	done
	host pname $px name px
	host xname $ex name ex
} >records
ip route add local 198.18.0.0/15 dev lo
for a in $us $px $ex; do ip address add $a/32 dev lo; done
mkdir dns
python3 -B -c '
import sys, time
sys.path.insert(0, sys.argv[1])
import zones
zones.write("dns", [], [l.split(None, 2) for l in sys.stdin.read().splitlines()], 1, time.time())
zones.configure(sys.argv[2])' "$top/tests/world" "$T/dns" <records; ok "a signed DNS" $?
# behind the signer's back
awk -v k="$(key_of stranger)" '$1 ~ /bogus\.test\.$/ && $4 == "TLSA" { $8 = k } { print }' dns/test.signed >dns/served
mv dns/served dns/test.signed
printf 'nameserver 198.18.0.1\noptions edns0 trust-ad\n' >resolv.conf
mount --bind resolv.conf /etc/resolv.conf; ok "and its resolver" $?
bg nsd -d -c dns/nsd.conf
bg unbound -d -c dns/unbound.conf
mkdir conf tls alone inject
cp us.pem self.pem tls/
echo us.pem >conf/tls
echo self.pem >conf/tls-client
echo mx.us.test >conf/me
for d in $ours name self stsself; do echo "$d.test"; done >conf/local
printf '198.18.0.1\nanchor %s\n' "$T/dns/anchor" >conf/resolver
conf-build conf
bg sock-serve unix:keys tls-key conf tls 2>keys.log
bg sock-serve unix:self tls-key -f tls-client conf tls 2>self.log
wait_for 10 test -S keys; wait_for 10 test -S self
bg smtp-recv -l $us:25 -C conf -K keys python3 "$top/tests/tools/fakeinject.py" "$T/inject" K 2>recv.log
bg smtp-recv -l $alone:25 -C conf -K self python3 "$top/tests/tools/fakeinject.py" "$T/alone" K 2>alone.log
wait_for 20 smtp-ping -S $us:25; ok "smtp-recv is there" $?
wait_for 20 smtp-ping -S $alone:25; ok "and one that has signed its certificate itself" $?
resolved() { route -n -a 198.18.0.0/15 conf u@pee.test | grep -q 'tls:dane'; }
wait_for 20 resolved; ok "the DNS answers us" $?
# came DOMAIN: version and suite of the message for it, as smtp-recv saw them
came() {
	came_in=$(grep -lE "^to <?u@$1.test" inject/*.env alone/*.env 2>/dev/null | head -1)
	[ -z "$came_in" ] || sed -n 's/^tls //p' "$came_in"
}

# ---- Postfix sends to us ----
postfix_at=$px new_postfix "$T/postfix" <<X
myhostname = mx.px.test
mynetworks = $px/32
virtual_mailbox_domains = $(for k in $theirs name; do printf 'p%s.test ' "$k"; done)
virtual_mailbox_maps = texthash:$T/postfix/etc/boxes
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_chain_files = $T/px.px
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtp_bind_address = $px
smtp_dns_support_level = dnssec
smtp_tls_security_level = dane
smtp_tls_policy_maps = texthash:$T/postfix/etc/policies
smtp_tls_CAfile = $T/root.crt
smtp_tls_loglevel = 1
smtp_use_tls = yes
X
cat px.key px.chain >px.px
for k in $theirs name; do echo "@p$k.test $k/"; done >postfix/etc/boxes
# as an MTA-STS resolver fills it in
cat >postfix/etc/policies <<X
sts.test secure match=mx.sts.test servername=hostname
stsbad.test secure match=mx.elsewhere.test servername=hostname
stsself.test secure match=mx.stsself.test servername=hostname
required.test dane-only
X
postfix_serves px $px:25
trap 'px stop; tap_end' EXIT
px start; ok "Postfix is up" $?
wait_for 20 smtp-ping -e $px:25
for d in $ours name self stsself; do
	MAIL_CONFIG=$P/etc /usr/sbin/sendmail -C "$P/etc" -f x@px.test "u@$d.test" <msg
done
# said DOMAIN: what became of it, and how Postfix trusted the host
said() {
	said_tls=$(sed -n "s/.* \([A-Z][a-z]*\) TLS connection established to mx\.$1\.test\[.*: \(TLSv1\.[23]\) with cipher \([A-Z0-9-]*\).*/\1 \2,\3/p" postfix/log | head -1)
	said_end=$(sed -n "s/.*to=<u@$1\.test>.* status=\([a-z]*\) .*/\1/p" postfix/log | head -1)
	echo "$said_end${said_tls:+ $said_tls}"
}
settled() { [ "$(sed -n 's/.*to=<\(u@[a-z0-9]*\.test\)>.* status=.*/\1/p' postfix/log | sort -u | wc -l)" -eq $(echo $ours name self stsself | wc -w) ]; }
wait_for 60 settled; ok "Postfix has tried them all" $?
# what is to become of it, and how sure Postfix is of the host; where it was sent
# we have it, by the same version and suite
while read -r d want; do
	is "from Postfix: $d" "$(said "$d" | cut -d' ' -f1,2)" "$want"
	case $want in
	sent*) is "$d, as we saw it" "$(came "$d")" "$(said "$d" | cut -d' ' -f3)" ;;
	*) is "$d has not come" "$(came "$d")" "" ;;
	esac
done <<'X'
ee sent Verified
ta sent Verified
sha512 sent Verified
roll sent Verified
self sent Verified
none sent Trusted
unusable sent Trusted
wrong deferred Untrusted
name deferred Untrusted
bogus deferred
required deferred
sts sent Verified
stsbad deferred Untrusted
stsself deferred Untrusted
X

# posttls-finger, its tool
finger() { MAIL_CONFIG=$P/etc posttls-finger -c -F root.crt "$@" 2>&1 | sed -n 's/^posttls-finger: \([A-Z][a-z]* TLS connection\) established to .*: \(TLSv1\.2\).*/\1 \2/p'; }
is "posttls-finger: ee" "$(finger -l dane ee.test)" "Verified TLS connection TLSv1.2"
is "posttls-finger: ta" "$(finger -l dane ta.test)" "Verified TLS connection TLSv1.2"
is "posttls-finger: wrong" "$(finger -l dane-only wrong.test)" "Untrusted TLS connection TLSv1.2"
is "posttls-finger: secure" "$(finger -l secure -s mx.sts.test sts.test mx.sts.test)" "Verified TLS connection TLSv1.2"

# ---- Exim sends to us ----
rm -f inject/* alone/*
new_exim "$T/exim" >exim.conf
cp ex.chain ex.key exim/
chown nobody exim/ex.key
xdomains=$(for k in $theirs name; do printf ' : x%s.test' "$k"; done)
cat >>exim.conf <<X
primary_hostname = mx.xx.test
local_interfaces = $ex
daemon_smtp_ports = 25
daemon_startup_retries = 0
tls_advertise_hosts = *
tls_certificate = $T/exim/ex.chain
tls_privatekey = $T/exim/ex.key
domainlist local = ${xdomains# : }
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  accept domains = +local
  deny
begin routers
here:
  driver = accept
  domains = +local
  transport = here
out:
  driver = dnslookup
  dnssec_request_domains = *
  transport = out
begin transports
here:
  driver = appendfile
  maildir_format
  directory = $T/exim/mail/all
  create_directory
  envelope_to_add
  user = Debian-exim
out:
  driver = smtp
  interface = $ex
  dnssec_request_domains = *
  hosts_try_dane = *
  hosts_require_dane = \${if eq{\$domain}{required.test}{*}{}}
  tls_verify_certificates = $T/root.crt
begin retry
* * F,1h,15m
X
bg $exim -C "$T/exim.conf" -bdf 2>exim.err
wait_for 20 smtp-ping -e $ex:25; ok "Exim is up" $?
for d in $ours self; do
	$exim -C "$T/exim.conf" -odb -f x@xx.test "u@$d.test" <msg
done
tried() { [ "$(sed -n 's/.* [=*-][=>*] \(u@[a-z0-9]*\.test\) .*/\1/p' exim/mainlog | sort -u | wc -l)" -eq $(echo $ours self | wc -w) ]; }
wait_for 60 tried; ok "Exim has tried them all" $?
# xsaid DOMAIN: what became of it, and how Exim has verified the host
xsaid() {
	sed -n "s/.* => u@$1\.test .* X=TLS1\.2:.* CV=\([a-z]*\) .*/sent \1/p
		s/.* == u@$1\.test .*/deferred/p
		s/.* \*\* u@$1\.test .*/bounced/p" exim/mainlog | head -1
}
while read -r d want; do
	is "from Exim: $d" "$(xsaid "$d")" "$want"
	case $want in
	sent*) like "$d, as we saw it" "$(came "$d")" '^TLSv1\.2,ECDHE-' ;;
	*) is "$d has not come" "$(came "$d")" "" ;;
	esac
done <<'X'
ee sent dane
ta sent dane
sha512 sent dane
roll sent dane
self sent dane
none sent yes
unusable sent yes
wrong deferred
bogus deferred
required bounced
X

# ---- we send to both ----
printf '* auto\n' >conf/tls-out
conf-build conf
for d in $(for k in $theirs name; do echo p$k x$k; done); do
	printf 'id:%s\tn:0\tfrom:a@us.test\tto:u@%s.test\tsize:%s\tfile:%s\n' $d $d "$(wc -c <msg)" "$T/msg"
done >jobs
: >out
answered() { [ "$(wc -l <out)" -ge "$(wc -l <jobs)" ]; }
{ cat jobs; wait_for 30 answered; } | route -a 198.18.0.0/15 conf remote-send -a root.crt -e 10 >>out 2>err
results >got
while read -r k want; do
	is "to Postfix: $k" "$(sed -n "s/^p$k //p" got)" "$want"
	is "to Exim: $k" "$(sed -n "s/^x$k //p" got)" "$want"
done <<'X'
ee sent 250 dane TLS dane-ee
sha512 sent 250 dane TLS dane-ee
ta sent 250 dane TLS dane-ta
name deferred 4.7.5 tls dane name certificate-host-mismatch
wrong deferred 4.7.5 tls dane tlsa tlsa-invalid
bogus deferred 450 4.4.3 dns dane dnssec-invalid
none sent 250 may TLS pkix
unusable sent 250 dane TLS pkix
X
boxes() { [ "$(ls postfix/mail/*/new/* exim/mail/all/new/* 2>/dev/null | wc -l)" -eq "$(grep -c ' sent ' got)" ]; }
wait_for 20 boxes; ok "as many have come as were sent" $?
done_testing
