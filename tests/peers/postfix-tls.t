#!/bin/sh
# What we send to Debian's Postfix under each policy, with certificates good and
# bad, versions, logins (Dovecot's) and certificates of ours; what came is read
# from its log and its mailboxes.
[ "$(id -u)" = 0 ] || { echo "ok 1 # SKIP needs root"; echo 1..1; exit 0; }
[ -n "${PEERS_NET-}" ] || PEERS_NET=1 exec unshare --net "$0"
. "$(dirname "$0")/../lib.sh"
. "$top/tests/peers/lib.sh"
peer Postfix command -v postfix || { done_testing; exit 1; }
peer Dovecot command -v dovecot || { done_testing; exit 1; }
chmod 755 "$T"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n.dot\n' >msg
certificates
for c in good rsa expired wrong self; do cat $c.key $c.chain >$c.px; done
mkdir -p dovecot/run
cat >dovecot/conf <<X
base_dir = $T/dovecot/run
log_path = $T/dovecot/log
protocols =
ssl = no
default_internal_user = dovecot
default_login_user = dovenull
auth_mechanisms = plain login scram-sha-256
auth_failure_delay = 1 secs
passdb {
  driver = passwd-file
  args = $T/dovecot/users
}
service auth {
  unix_listener auth-client {
    mode = 0666
  }
}
X
echo 'ann:{PLAIN}pass word' >dovecot/users
bg dovecot -F -c "$T/dovecot/conf"
wait_for 10 test -S dovecot/run/auth-client; ok "Dovecot is up" $?

new_postfix "$T/postfix" <<X
myhostname = mx.px.test
virtual_mailbox_domains = px.test
virtual_mailbox_maps = texthash:$T/postfix/etc/boxes
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_chain_files = $T/good.px
smtpd_tls_loglevel = 1
smtpd_tls_received_header = yes
smtpd_tls_session_cache_database = btree:$T/postfix/data/sessions
smtpd_sasl_type = dovecot
smtpd_sasl_path = $T/dovecot/run/auth-client
smtpd_sasl_authenticated_header = yes
smtpd_tls_auth_only = yes
smtpd_tls_fingerprint_digest = sha256
smtpd_tls_CAfile = $T/root.crt
X
echo '@px.test all/' >postfix/etc/boxes
openssl x509 -in stranger.crt -noout -fingerprint -sha256 | sed 's/.*=\(.*\)/\1 OK/' >postfix/etc/known
# serves NAME [SETTING...]
serves() {
	next_port "$1"
	serves_name=$1
	shift
	postfix_serves "$serves_name" "127.0.0.1:$next_port" "$@"
}
serves good
serves both "smtpd_tls_chain_files = $T/good.px, $T/rsa.px"
for c in rsa expired wrong self; do serves $c "smtpd_tls_chain_files = $T/$c.px"; done
serves clear 'smtpd_tls_security_level = none'
serves forced 'smtpd_tls_security_level = encrypt'
serves strict 'smtpd_tls_security_level = encrypt' 'smtpd_tls_mandatory_protocols = >=TLSv1.3'
serves old 'smtpd_tls_protocols = >=TLSv1.2, <=TLSv1.2'
serves new 'smtpd_tls_protocols = >=TLSv1.3'
serves chacha 'tls_preempt_cipherlist = yes' 'tls_medium_cipherlist = ECDHE+CHACHA20' 'smtpd_tls_protocols = >=TLSv1.2, <=TLSv1.2'
serves cbc 'tls_medium_cipherlist = ECDHE-ECDSA-AES256-SHA384'
serves dhe "smtpd_tls_chain_files = $T/rsa.px" 'tls_medium_cipherlist = DHE-RSA-AES128-GCM-SHA256' 'smtpd_tls_protocols = >=TLSv1.2, <=TLSv1.2'
serves implicit 'smtpd_tls_wrappermode = yes'
in='smtpd_recipient_restrictions = permit_sasl_authenticated, reject'
serves anylogin 'smtpd_sasl_auth_enable = yes' "$in"
serves plain 'smtpd_sasl_auth_enable = yes' "$in" 'smtpd_sasl_mechanism_filter = plain'
serves login 'smtpd_sasl_auth_enable = yes' "$in" 'smtpd_sasl_mechanism_filter = login'
serves trusted 'smtpd_tls_ask_ccert = yes' 'smtpd_tls_CAfile = '"$T/root.crt" \
	"smtpd_recipient_restrictions = check_ccert_access texthash:$T/postfix/etc/known, permit_tls_all_clientcerts, reject"
trap 'px stop; tap_end' EXIT
px start; ok "Postfix is up" $?
wait_for 10 smtp-ping "127.0.0.1:$(cat good.port)"

seen() {
	find postfix/mail/all/new -type f -exec awk '
		FNR == 1 { if (id) print id, tls; id = ""; tls = "none" }
		/^Delivered-To: / { sub(/@.*/, "", $2); id = $2 }
		/\(using TLSv1/ { tls = $2 "," $5 }
		END { if (id) print id, tls }' {} + 2>/dev/null
}

# ---- certificates and policies ----
for c in good rsa expired wrong self clear; do
	job_cert=$c
	[ $c != clear ] || job_cert=good
	for p in $policies; do job $c "$p"; done
done >jobs
become policies <"$top/tests/peers/tls-policies"

# ---- versions and suites ----
{
	job_cert=good
	for n in both old new chacha cbc forced; do job $n may; job $n verify; done
	job_cert=rsa
	job dhe may
	job dhe must
	job_cert=good
	job forced none
	job strict may
	job implicit verify implicit:1
	job implicit may implicit:1
} >jobs
become versions <<'X'
both-may: sent 250 may TLS pkix
both-verify: sent 250 verify TLS pkix
old-may: sent 250 may TLS pkix
old-verify: sent 250 verify TLS pkix
new-may: sent 250 may none validation-failure
new-verify: deferred 4.7.5 tls verify validation-failure
chacha-may: sent 250 may TLS pkix
chacha-verify: sent 250 verify TLS pkix
cbc-may: sent 250 may TLS pkix
cbc-verify: sent 250 verify TLS pkix
dhe-may: sent 250 may none validation-failure
dhe-must: deferred 4.7.5 tls must validation-failure
forced-none: bounced 530 5.7.0 mail none none
strict-may: deferred 530 4.7.0 tls may none validation-failure
forced-may: sent 250 may TLS pkix
forced-verify: sent 250 verify TLS pkix
implicit-verify: sent 250 verify TLS pkix
implicit-may: sent 250 must TLS pkix
X
is "ChaCha20" "$(label tls chacha-may)" TLSv1.2,ECDHE-ECDSA-CHACHA20-POLY1305
is "CBC" "$(label tls cbc-may)" TLSv1.2,ECDHE-ECDSA-AES256-SHA384
like "why not TLS 1.3" "$(label text new-verify)" "alert 70: protocol version"

# a session goes on
: >again
echo "$(cat both.port)" >again.port
(
	job_cert=good
	job both must site:1
	wait_for 10 grep -q id:both-must again
	job again must site:2
) | remote-send -a root.crt -m 1 -e 10 >again 2>err
is "a session is resumed" "$(sed -n 's/.*tls:TLSv1.2,[A-Z0-9-]*\(,resumed\)*	.*/+\1/p' again | tr '\n' ' ')" "+ +,resumed "
become_n=$((become_n + 2))

# ---- logins ----
logins
job_cert=good
for n in anylogin plain login; do
	job $n verify login:ann
	job $n pin login:wrong
	job $n must login:ann
	job $n ee
done >jobs
options='-L logins'
become logins <<'X'
anylogin-verify: sent 250 verify TLS pkix
anylogin-pin: deferred 535 4.7.8 auth fingerprint
anylogin-must: deferred 4.7.8 auth must
anylogin-ee: bounced 554 5.7.1 rcpt dane TLS dane-ee
plain-verify: sent 250 verify TLS pkix
plain-pin: deferred 535 4.7.8 auth fingerprint
plain-must: deferred 4.7.8 auth must
plain-ee: bounced 554 5.7.1 rcpt dane TLS dane-ee
login-verify: sent 250 verify TLS pkix
login-pin: deferred 535 4.7.8 auth fingerprint
login-must: deferred 4.7.8 auth must
login-ee: bounced 554 5.7.1 rcpt dane TLS dane-ee
X
is "each as ann" "$(sed -n 's/.*sasl_method=\([A-Z0-9-]*\), sasl_username=\(.*\)/\1 \2/p' postfix/log | sort | tr '\n' ',')" \
	"LOGIN ann,PLAIN ann,SCRAM-SHA-256 ann,"

# ---- a certificate of ours ----
our_keys
{
	job trusted verify client-cert:client
	job trusted must client-cert:stranger
	job trusted pin
} >jobs
options='-k keys'
become 'client certificates' <<'X'
trusted-verify: sent 250 verify TLS pkix
trusted-must: sent 250 must TLS pkix
trusted-pin: bounced 554 5.7.1 rcpt fingerprint TLS fingerprint
X
is "as Postfix knows us" "$(sed -n 's/.*postfix\/trusted\/.*: \([A-Z][a-z]*\) TLS connection established.*/\1/p' postfix/log | sort | tr '\n' ' ')" \
	"Anonymous Trusted Untrusted "
is "no fault of Postfix" "$(grep -E 'fatal|panic' postfix/log)" ""
done_testing
