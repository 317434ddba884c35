#!/bin/sh
# What we send to Debian's Exim, whose TLS is GnuTLS, under each policy, with
# certificates good and bad, versions, logins and certificates of ours; what came
# is read from its log and its mailbox.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
chmod 755 "$T"
cd "$T" || exit 1
need_exim || { done_testing; exit 1; }
printf 'Subject: x\n\nhello\n.dot\n' >msg
certificates
new_exim "$T/exim" >exim.conf
for c in good rsa expired wrong self; do
	cp $c.chain "exim/$c.chain"
	cp $c.key "exim/$c.key"
done
cp root.crt exim/
chown nobody exim/*.key
# serves NAME CERTIFICATE [PRIORITY]: a port of its own
serves() {
	next_port "$1"
	echo "$next_port: name=$1 cert=$2 priority=\"${3:-NORMAL}\"" >>exim/ports
}
for c in good rsa expired wrong self; do serves $c $c; done
serves clear good
serves old good NORMAL:-VERS-ALL:+VERS-TLS1.2
serves new good NORMAL:-VERS-ALL:+VERS-TLS1.3
serves chacha good NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+CHACHA20-POLY1305
serves aes256 rsa NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM
serves p256 good NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-SECP256R1
serves dhe rsa NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA
serves p521 good NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-SECP521R1
serves implicit good
serves plain good
serves login good
serves trusted good
port() { cat "$1.port"; }
{
	cat <<X
primary_hostname = mx.px.test
local_interfaces = 127.0.0.1
daemon_startup_retries = 0
daemon_smtp_ports = $(cat ./*.port | tr '\n' ':' | sed 's/:$//; s/:/ : /g')
tls_on_connect_ports = $(port implicit)
PORT = \${lookup{\$received_port}lsearch{$T/exim/ports}}
tls_advertise_hosts = \${if eq{\$received_port}{$(port clear)}{}{*}}
tls_certificate = $T/exim/\${extract{cert}{PORT}}.chain
tls_privatekey = $T/exim/\${extract{cert}{PORT}}.key
tls_require_ciphers = \${extract{priority}{PORT}}
tls_verify_certificates = $T/exim/root.crt
tls_try_verify_hosts = \${if eq{\$received_port}{$(port trusted)}{*}{}}
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
received_header_text = Received: by exim at \${extract{name}{PORT}}; tls \${tls_in_ver},\${tls_in_cipher_std}; \\
	user \$authenticated_id; \$tls_in_certificate_verified \$tls_in_peerdn;
X
	cat <<'X'
begin acl
rcpt:
  deny !authenticated = *
       condition = ${if inlist{${extract{name}{PORT}}}{plain:login}}
       message = log in
  deny !verify = certificate
       condition = ${if eq{${extract{name}{PORT}}}{trusted}}
       message = who are you
  accept domains = px.test
  deny
begin routers
all:
  driver = accept
  transport = all
begin transports
all:
  driver = appendfile
  maildir_format
X
	cat <<X
  directory = $T/exim/mail/all
  create_directory
  envelope_to_add
  user = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{ann}}{eq{\$auth3}{pass word}}}}
  server_set_id = \$auth2
  server_advertise_condition = \${if and{{def:tls_in_cipher}{eq{\$received_port}{$(port plain)}}}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = "Username:: : Password::"
  server_condition = \${if and{{eq{\$auth1}{ann}}{eq{\$auth2}{pass word}}}}
  server_set_id = \$auth1
  server_advertise_condition = \${if and{{def:tls_in_cipher}{eq{\$received_port}{$(port login)}}}}
X
} >>exim.conf
bg $exim -C "$T/exim.conf" -bdf 2>exim.err
up() { smtp-ping -e "127.0.0.1:$(port good)"; }
wait_for 20 up || sed 's/^/# /' exim.err exim/*log
status "Exim is up" 0 up
# their name of a suite as OpenSSL has it
seen() {
	find exim/mail/all/new -type f -exec awk '
		FNR == 1 { if (id) print id, tls; id = tls = "" }
		/^Envelope-to: / { sub(/@.*/, "", $2); id = $2 }
		/; tls / { sub(/.*; tls /, ""); sub(/;.*/, ""); tls = $0 == "," ? "none" : $0 }
		END { if (id) print id, tls }' {} + 2>/dev/null |
		sed 's/TLS1\./TLSv1./; s/,TLS_/,/; s/_WITH_/-/; s/AES_/AES/; s/_/-/g; s/\(POLY1305\)-SHA256/\1/'
}
for c in good rsa expired wrong self clear; do
	job_cert=$c
	[ $c != clear ] || job_cert=good
	for p in $policies; do job $c "$p"; done
done >jobs
become policies <"$top/tests/peers/tls-policies"

{
	job_cert=good
	for n in old new chacha p256 p521; do job $n may; job $n verify; done
	job_cert=rsa
	for n in aes256 dhe; do job $n may; job $n verify; done
	job_cert=good
	job implicit verify implicit:1
} >jobs
become versions <<'X'
old-may: sent 250 may TLS pkix
old-verify: sent 250 verify TLS pkix
new-may: sent 250 may none validation-failure
new-verify: deferred 4.7.5 tls verify validation-failure
chacha-may: sent 250 may TLS pkix
chacha-verify: sent 250 verify TLS pkix
p256-may: sent 250 may TLS pkix
p256-verify: sent 250 verify TLS pkix
p521-may: sent 250 may none validation-failure
p521-verify: deferred 4.7.5 tls verify validation-failure
aes256-may: sent 250 may TLS pkix
aes256-verify: sent 250 verify TLS pkix
dhe-may: sent 250 may none validation-failure
dhe-verify: deferred 4.7.5 tls verify validation-failure
implicit-verify: sent 250 verify TLS pkix
X

logins
job_cert=good
for n in plain login; do
	job $n verify login:ann
	job $n pin login:wrong
	job $n must login:ann
	job $n ee
done >jobs
options='-L logins'
become logins <<'X'
plain-verify: sent 250 verify TLS pkix
plain-pin: deferred 535 4.0.0 auth fingerprint
plain-must: deferred 4.7.8 auth must
plain-ee: bounced 550 5.0.0 rcpt dane TLS dane-ee
login-verify: sent 250 verify TLS pkix
login-pin: deferred 535 4.0.0 auth fingerprint
login-must: deferred 4.7.8 auth must
login-ee: bounced 550 5.0.0 rcpt dane TLS dane-ee
X
our_keys
{
	job trusted verify client-cert:client
	job trusted must client-cert:stranger
	job trusted pin
} >jobs
options='-k keys'
become 'client certificates' <<'X'
trusted-verify: sent 250 verify TLS pkix
trusted-must: bounced 550 5.0.0 rcpt must TLS pkix
trusted-pin: bounced 550 5.0.0 rcpt fingerprint TLS fingerprint
X
is "as Exim knows us" "$(sed -n 's/.*<= .* P=\([a-z]*\) .* CV=\([a-z]*\) .* for \(trusted\|plain\|login\)-.*/\3 \1 \2/p' exim/mainlog | sort | tr '\n' ',')" \
	"login esmtpsa no,plain esmtpsa no,trusted esmtps yes,"
is "no fault of Exim" "$(cat exim/paniclog 2>/dev/null)" ""
done_testing
