#!/bin/sh
# Debian's Postfix and Exim as clients that log in: their smarthost is smtp-recv
# as a service for submission, which they verify, under STARTTLS and where TLS
# comes first, with a password or a certificate of theirs.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
peer Postfix command -v postfix || { done_testing; exit 1; }
peer "SASL's SCRAM" test -e /usr/lib/*/sasl2/libscram.so || { done_testing; exit 1; }
chmod 755 "$T"
cd "$T" || exit 1
need_exim || { done_testing; exit 1; }
printf 'Subject: x\n\nhello\n' >msg
certificates
mkdir -m 700 logins tls
mkdir conf
cp good.pem tls/
echo mx.px.test >conf/me
echo good.pem >conf/tls
openssl x509 -in client.crt -noout -fingerprint -sha256 | sed 's/.*=\(.*\)/\1 shop/' >conf/certs
conf-build conf
echo 'pass word' | auth-user -s add logins ann
bg sock-serve -w "unix:$T/auth" auth-cdb logins 2>auth.log
bg sock-serve unix:keys tls-key conf tls 2>keys.log
wait_for 10 test -S keys; wait_for 10 test -S auth
# submission NAME PORT OPTION...
submission() {
	mkdir "$1"
	submission_at=$2 submission_in=$T/$1
	shift 2
	bg smtp-recv -l "127.0.0.1:$submission_at" -C conf -K keys -o submission -P "unix:$T/auth" "$@" \
		python3 "$top/tests/tools/fakeinject.py" "$submission_in" K 2>>recv.log
}
submission starttls 587
submission implicit 465 -i
submission certs 588 -A
up() { smtp-ping -e -S 127.0.0.1:587 && smtp-ping -e -i 127.0.0.1:465 && smtp-ping -e -S 127.0.0.1:588; }
wait_for 20 up; ok "smtp-recv, three times" $?
# came FOLDER DOMAIN: who had logged in, and the version and suite
came() {
	came_in=$(grep -lE "^to <?u@$2.test" "$1"/*.env 2>/dev/null | head -1)
	[ -z "$came_in" ] || sed -n 's/^user //p; s/^tls //p' "$came_in" | sort -r | tr '\n' ' '
}

# ---- Postfix ----
new_postfix "$T/postfix" <<X
myhostname = relay.test
inet_protocols = ipv4
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtp_tls_security_level = secure
smtp_tls_secure_cert_match = mx.px.test
smtp_tls_CAfile = $T/root.crt
smtp_tls_loglevel = 1
smtp_sasl_password_maps = inline:{ {[127.0.0.1]:587 = ann:pass word}, {[127.0.0.1]:465 = ann:pass word} }
smtp_sasl_security_options = noanonymous
transport_maps = texthash:$T/postfix/etc/transport
X
# leaves DOMAIN PORT [SETTING...]: how mail for it does
: >postfix/etc/transport
leaves() {
	echo "$1.test $1:[127.0.0.1]:$2" >>postfix/etc/transport
	leaves_name=$1
	shift 2
	{
		echo "$leaves_name unix - - n - - smtp"
		for s; do printf '  -o { %s }\n' "$s"; done
	} >>postfix/etc/master.cf
}
auth='smtp_sasl_auth_enable = yes'
leaves plain 587 "$auth" 'smtp_sasl_mechanism_filter = plain'
leaves login 587 "$auth" 'smtp_sasl_mechanism_filter = login'
leaves scram 587 "$auth" 'smtp_sasl_mechanism_filter = scram-sha-256'
leaves implicit 465 "$auth" 'smtp_tls_wrappermode = yes'
leaves wrong 587 "$auth" 'smtp_sasl_password_maps = inline:{ {[127.0.0.1]:587 = ann:password} }' 'smtp_sasl_mechanism_filter = plain'
leaves nobody 587
leaves cert 588 "smtp_tls_cert_file = $T/client.pem" "smtp_tls_key_file = $T/client.pem"
leaves stranger 588 "smtp_tls_cert_file = $T/stranger.pem" "smtp_tls_key_file = $T/stranger.pem"
leaves name 587 "$auth" 'smtp_tls_secure_cert_match = mx.elsewhere.test'
trap 'px stop; tap_end' EXIT
px start; ok "Postfix is up" $?
all='plain login scram implicit wrong nobody cert stranger name'
hand_in() { for d in $all; do MAIL_CONFIG=$P/etc /usr/sbin/sendmail -C "$P/etc" -f x@relay.test "u@$d.test" <msg; done; }
wait_for 10 hand_in
said() { sed -n "s/.*to=<u@$1\.test>.* status=\([a-z]*\) (\(.*\)/\1 \2/p" postfix/log | head -1; }
settled() { for d in $all; do [ -n "$(said "$d")" ] || return; done; }
wait_for 60 settled; ok "Postfix has tried them all" $?
for d in plain login scram; do like "Postfix: $d" "$(came starttls $d)" '^ann TLSv1\.2,ECDHE'; done
like "Postfix: implicit TLS" "$(came implicit implicit)" '^ann TLSv1\.2,ECDHE'
like "Postfix: its certificate" "$(came certs cert)" '^shop TLSv1\.2,ECDHE'
like "the wrong password" "$(said wrong)" '^deferred SASL authentication failed'
like "none" "$(said nobody)" '^bounced .*530 5\.7\.0 log in first'
like "another certificate" "$(said stranger)" '^bounced .*530 5\.7\.0 log in first'
like "who is not who he should be" "$(said name)" '^deferred Server certificate not verified'

# ---- Exim ----
rm -f starttls/* implicit/* certs/*
new_exim "$T/exim" >exim.conf
cp client.pem stranger.pem exim/
chown nobody exim/*.pem
# transport DOMAIN PORT [LINE...]
transport() {
	printf '%s:\n  driver = smtp\n  hosts_require_tls = *\n  tls_verify_certificates = %s\n  tls_verify_hosts = *\n  tls_verify_cert_hostnames = *\n' \
		"$1" "$T/root.crt"
	printf '  port = %s\n' "$2"
	shift 2
	for l; do printf '  %s\n' "$l"; done
}
all='plain login implicit nobody cert stranger wrong'
{
	printf 'primary_hostname = xx.test\nbegin routers\n'
	for d in $all; do
		printf '%s:\n  driver = manualroute\n  domains = %s.test\n  route_list = * 127.0.0.1 byname\n  transport = %s\n  self = send\n' \
			"$d" "$d" "$d"
	done
	echo 'begin transports'
	transport plain 587 'hosts_require_auth = *'
	transport login 587 'hosts_require_auth = *'
	transport wrong 587 'hosts_require_auth = *'
	transport implicit 465 'hosts_require_auth = *' 'protocol = smtps'
	transport nobody 587
	transport cert 588 "tls_certificate = $T/exim/client.pem" "tls_privatekey = $T/exim/client.pem"
	transport stranger 588 "tls_certificate = $T/exim/stranger.pem" "tls_privatekey = $T/exim/stranger.pem"
	cat <<'X'
begin retry
* * F,1h,15m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  client_condition = ${if inlist{$domain}{plain.test:implicit.test:wrong.test}}
  client_send = ^ann^${if eq{$domain}{wrong.test}{password}{pass word}}
login:
  driver = plaintext
  public_name = LOGIN
  client_condition = ${if eq{$domain}{login.test}}
  client_send = : ann : pass word
X
} >>exim.conf
for d in $all; do $exim -C "$T/exim.conf" -odi -f x@xx.test "u@$d.test" <msg 2>>exim.err; done
xsaid() { sed -n "s/.* \(==\|\*\*\|=>\) u@$1\.test .* T=$1 \(.*\)/\1 \2/p" exim/mainlog | head -1; }
for d in plain login; do
	like "Exim: $d" "$(came starttls $d)" '^ann TLSv1\.2,ECDHE'
	like "which has verified us" "$(xsaid $d)" "^=> .* CV=yes A=$d "
done
like "Exim: implicit TLS" "$(came implicit implicit)" '^ann TLSv1\.2,ECDHE'
like "the wrong password" "$(xsaid wrong)" '^== defer .* authentication attempt'
is "nothing has come of it" "$(came starttls wrong)" ""
like "none" "$(xsaid nobody)" '^\*\* .*530 5\.7\.0 log in first'
# GnuTLS looks for a certificate of the authorities that we name: VIOLATIONS.md,
# TLS-AUTHORITIES
like "its certificate is not shown" "$(xsaid cert)" '^\*\* .*530 5\.7\.0 log in first'
like "nor another" "$(xsaid stranger)" '^\*\* .*530 5\.7\.0 log in first'
done_testing
