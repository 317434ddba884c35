#!/bin/sh
# remote-send and servers of TLS by others: OpenSSL's s_server, GnuTLS's own, and
# Dovecot's submission and LMTP.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
for p in openssl gnutls-serv dovecot; do
	peer $p command -v $p || { done_testing; exit 1; }
done
for p in lmtp submission; do
	peer "Dovecot's $p" test -x /usr/lib/dovecot/$p || { done_testing; exit 1; }
done
chmod 755 "$T"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n.dot\n' >msg
printf 'Subject: x\r\n\r\nhello\r\n..dot\r\n' >wire
certificates

# ---- s_server, whose mail is taken by a script ----
# front NAME CERTIFICATE OPTION...: one, and what is before its handshake; $how is
# -i where there is nothing
how=
front() {
	front_name=$1 front_cert=$2
	shift 2
	mkdir "$front_name"
	bg python3 "$top/tests/peers/starttls.py" $how "$front_name" openssl s_server -quiet -accept 127.0.0.1:@ -naccept 1 \
		-cert "$front_cert.crt" -cert_chain "$front_cert.chain" -key "$front_cert.key" "$@"
}
: >rows
: >want
# row NAME CERTIFICATE WANT OPTION...
row() {
	row_name=$1 row_cert=$2
	echo "$row_name-verify $3" >>want
	echo "$row_name $row_cert ${how:+implicit:1}" >>rows
	shift 3
	front "$row_name" "$row_cert" "$@"
}
good='sent 250 verify TLS pkix'
row standard good "$good"
row rsa rsa "$good"
row tls12 good "$good" -tls1_2
row tls13 good 'deferred 4.7.5 tls verify validation-failure' -tls1_3
row tls11 good 'deferred 4.7.5 tls verify validation-failure' -tls1_1 -cipher ALL:@SECLEVEL=0
row chacha good "$good" -cipher ECDHE-ECDSA-CHACHA20-POLY1305
row aes256 rsa "$good" -cipher ECDHE-RSA-AES256-GCM-SHA384
row cbc good "$good" -cipher ECDHE-ECDSA-AES256-SHA384
row dhe rsa 'deferred 4.7.5 tls verify validation-failure' -cipher DHE-RSA-AES128-GCM-SHA256
row keyexchange rsa 'deferred 4.7.5 tls verify validation-failure' -cipher AES128-GCM-SHA256
row x25519 good "$good" -groups X25519
row p256 good "$good" -groups P-256
row p384 good "$good" -groups P-384
row p521 good 'deferred 4.7.5 tls verify validation-failure' -groups P-521
row noticket good "$good" -no_ticket
row asked good "$good" -verify 1
row demanded good 'deferred 4.7.5 tls verify pkix validation-failure' -Verify 1
row records good "$good" -max_send_frag 512
row expired expired 'deferred 4.7.5 tls verify expired certificate-expired'
how=-i
row implicit good "$good"
row implicit13 good 'deferred 4.7.5 tls verify validation-failure' -tls1_3
while read -r name job_cert labels; do
	wait_for 20 test -s "$name/port"
	cp "$name/port" "$name.port"
	job "$name" verify $labels
done <rows >jobs
send; ok "s_server, each way" $?
results >got
while read -r id want; do
	is "s_server: ${id%-*}" "$(sed -n "s/^$id //p" got)" "$want"
done <want
for d in */msg.1; do cmp -s "$d" wire || echo "$d"; done >differ
is "each message as it is" "$(cat differ)" ""
is "as many as were sent" "$(ls ./*/msg.* | wc -l)" "$(grep -c ' sent ' got)"

# ---- GnuTLS's own server: a handshake, and no mail behind it ----
: >jobs
: >want
# gnutls NAME CERTIFICATE PRIORITY WANT
gnutls() {
	next_port "g$1"
	bg gnutls-serv --echo -p "$next_port" --x509keyfile "$2.key" --x509certfile "$2.chain" --disable-client-cert --priority "$3" >"g$1.log" 2>&1
	echo "$1 $4" >>want
	job_cert=$2 job "g$1" verify implicit:1 >>jobs
}
just='NORMAL:-VERS-ALL:+VERS-TLS1.2'
gnutls standard good NORMAL '(ECDHE-.*)-(ECDSA-'
gnutls rsa rsa NORMAL '(ECDHE-.*)-(RSA-'
gnutls aes256 good "$just:-CIPHER-ALL:+AES-256-GCM" '-(AES-256-GCM)'
gnutls tls12 good "$just" '(ECDHE-.*)-(ECDSA-'
gnutls tls13 good NORMAL:-VERS-ALL:+VERS-TLS1.3 validation-failure
gnutls chacha good "$just:-CIPHER-ALL:+CHACHA20-POLY1305" '-(CHACHA20-POLY1305)'
gnutls cbc good "$just:-CIPHER-ALL:+AES-128-CBC:+SHA256" '-(AES-128-CBC)-(SHA256)'
gnutls ccm good "$just:-CIPHER-ALL:+AES-128-CCM" validation-failure
gnutls x25519 good "$just:-GROUP-ALL:+GROUP-X25519" '(ECDHE-X25519)'
gnutls p256 good "$just:-GROUP-ALL:+GROUP-SECP256R1" '(ECDHE-SECP256R1)'
gnutls p384 good "$just:-GROUP-ALL:+GROUP-SECP384R1" '(ECDHE-SECP384R1)'
gnutls p521 good "$just:-GROUP-ALL:+GROUP-SECP521R1" validation-failure
gnutls dhe rsa "$just:-KX-ALL:+DHE-RSA" validation-failure
gnutls keyexchange rsa "$just:-KX-ALL:+RSA" validation-failure
gnutls safe good "$just:%SAFE_RENEGOTIATION" 'Options:.* safe renegotiation'
gnutls self self NORMAL certificate-not-trusted
gnutls wrong wrong NORMAL certificate-host-mismatch
gnutls expired expired NORMAL certificate-expired
listens() { ss -Hltn "sport = :$1" | grep -q .; }
for p in g*.port; do wait_for 10 listens "$(cat "$p")"; done
send -t greeting=1; ok "gnutls-serv, each way" $?
while read -r id want; do
	fail=$(label tls-fail "g$id-verify")
	case $want in
	*[\(:]*) grep -q -- "$want" "g$id.log" && [ -z "$fail" ]; ok "gnutls-serv: $id" $? ;;
	*) is "gnutls-serv: $id" "$fail" "$want" ;;
	esac
done <want

# ---- Dovecot ----
next_port relay
relay=$next_port
mkdir conf inject dovecot dovecot/run dovecot/mail
chown nobody dovecot/mail
echo relay.test >conf/me
echo px.test >conf/local
conf-build conf
bg smtp-recv -l "127.0.0.1:$relay" -C conf python3 "$top/tests/tools/fakeinject.py" "$T/inject" K 2>recv.log
for n in submission submissions lmtp; do next_port $n; done
cat >dovecot/conf <<X
base_dir = $T/dovecot/run
log_path = $T/dovecot/log
protocols = submission lmtp
ssl = required
ssl_cert = <$T/good.chain
ssl_key = <$T/good.key
disable_plaintext_auth = yes
hostname = mx.px.test
submission_relay_host = 127.0.0.1
submission_relay_port = $relay
submission_client_workarounds =
mail_location = maildir:$T/dovecot/mail/%n
mail_uid = $(id -u nobody)
mail_gid = $(id -g nobody)
first_valid_uid = 1
default_internal_user = dovecot
default_login_user = dovenull
auth_mechanisms = plain login scram-sha-256
passdb {
  driver = passwd-file
  args = $T/dovecot/users
}
userdb {
  driver = static
  args = uid=$(id -u nobody) gid=$(id -g nobody) home=$T/dovecot/mail/%n allow_all_users=yes
}
service submission-login {
  inet_listener submission {
    address = 127.0.0.1
    port = $(cat submission.port)
  }
  inet_listener submissions {
    address = 127.0.0.1
    port = $(cat submissions.port)
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $(cat lmtp.port)
  }
}
protocol lmtp {
  auth_username_format = %n
}
X
echo 'ann:{PLAIN}pass word' >dovecot/users
printf 'relay ann pass word\nwrong ann password\n' >logins
chmod 600 logins
bg dovecot -F -c "$T/dovecot/conf"
wait_for 10 smtp-ping -e "127.0.0.1:$(cat submission.port)"; ok "Dovecot is up" $?
job_cert=good
{
	job submission verify login:relay
	job submissions verify login:relay implicit:1
	job submission must login:relay
	job submission pin login:wrong
	job submission sts
	job lmtp verify proto:lmtp
	job lmtp none proto:lmtp
} >jobs
send -L logins; ok "Dovecot's submission and LMTP" $?
results >got
is "what becomes of it" "$(cat got)" "lmtp-none sent 250 none none
lmtp-verify sent 250 verify TLS pkix
submission-must deferred 4.7.8 auth must
submission-pin deferred 535 4.7.8 auth fingerprint
submission-sts bounced 530 5.7.0 mail sts TLS pkix
submission-verify sent 250 verify TLS pkix
submissions-verify sent 250 verify TLS pkix"
is "Dovecot has relayed two" "$(ls inject/*.msg | wc -l)" 2
is "of ann, who came under TLS" "$(grep -c 'submission-login: .*Login: user=<ann>, method=SCRAM-SHA-256, .* TLS' dovecot/log)" 2
is "and delivered two" "$(find dovecot/mail -path '*/new/*' | wc -l)" 2
done_testing
