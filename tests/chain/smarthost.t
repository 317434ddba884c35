#!/bin/sh
# All mail of one instance goes by another, which wants a login: under STARTTLS
# and where TLS comes first, with the password and with keys of SCRAM.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
submission=$(free_port) submissions=$(free_port)
new_instance host --local example.org --user ann --submission "127.0.0.1:$submission" --submissions "127.0.0.1:$submissions" || exit 1
H=$I
echo 'the password of ann' | rohrpost user-add "$H" ann; ok "a login at the smarthost" $?
# a certificate is a login there, too
tls-cert self "$T/client.pem" client.example
openssl x509 -in "$T/client.pem" -noout -fingerprint -sha256 | sed 's/.*=\(.*\)/\1 ann/' >>"$H/conf/certs"
conf-build "$H/conf" certs; ok "a certificate is one, too" $?
sed -i 's/smtp-recv /&-A /' "$H/service/submission/run"
start_instance; ok "the smarthost is up" $?
host_up=$up
pin=$(rohrpost tls-cert show "$H/tls/self.pem" | cut -f 6)
new_instance site --local site.example --relay "127.0.0.1:$submission" || exit 1
# tls_out WORDS: and in force
tls_out() { echo "[127.0.0.1] $*" >"$I/conf/tls-out" && conf-build "$I/conf" tls-out; }
tls_out fingerprint "pin=cert:$pin" login=relay; ok "the login is configured" $?
start_instance; ok "the site is up" $?
n=0
# goes: another message arrives at the smarthost
goes() {
	n=$((n + 1))
	printf 'Subject: %s\n\nx\n' "$n" | ROHRPOST_DIR=$I sendmail -f someone@site.example ann@example.org
	wait_for 20 at_least "$n" "$H/mail/ann"
}
# what becomes of an attempt: its line in the log
deferred() { rohrpost log "$I" 500 | grep 'ev:deferred.*class:auth'; }
said() { deferred | grep -q "$1"; }
printf 'Subject: first\n\nx\n' | ROHRPOST_DIR=$I sendmail -f someone@site.example ann@example.org
wait_for 20 said 'there is no -L\|secrets/login: No such file'; ok "without the password it is deferred" $?
is "and nothing has come" "$(count_mail "$H/mail/ann")" 0
# what status says of the file
of_logins() { rohrpost status "$I" | sed -n "s,^  $I/secrets/login: ,,p"; }
like "status: it is missing" "$(of_logins)" "^is missing, and mail by a login= of .*/conf/tls-out waits"
(umask 022 && echo 'other ann x' >"$I/secrets/login")
like "status: others may read it" "$(of_logins)" "chmod 600"
chmod 600 "$I/secrets/login"
like "status: it has another" "$(of_logins)" "^has no line relay USER PASSWORD, "
for l in 'relay ann' 'relay ann ' 'relay  ann x' "relay	ann	x"; do
	echo "$l" >"$I/secrets/login"
	like "status: '$l' is none" "$(of_logins)" "^has no line relay USER PASSWORD, "
done
mv "$I/secrets/login" "$I/secrets/other"
ln -s other "$I/secrets/login"
like "status: a link is not followed" "$(of_logins)" "no file of its own, and it is not used"
rm "$I/secrets/login" "$I/secrets/other"
(umask 077 && echo 'relay ann the password of ann' >"$I/secrets/login")
queue-ctl "$I/queue" retry all >/dev/null 2>&1
n=1
wait_for 20 at_least 1 "$H/mail/ann"; ok "with it, it arrives" $?
like "by a login, under TLS" "$(tr -d '\n' <"$(find "$H/mail/ann/new" -type f | head -1)")" 'with ESMTPSA'
is "status: nothing is wrong with it" "$(of_logins)" ""
goes; ok "another" $?
tls_out fingerprint "pin=cert:$pin" login=relay implicit=yes
sed -i "s/127.0.0.1:$submission/127.0.0.1:$submissions/" "$I/conf/routes" && conf-build "$I/conf" routes; ok "the other port" $?
goes; ok "where TLS comes first" $?
echo 'the password of ann' | rohrpost user-add "$H" ann --scram; ok "keys of SCRAM" $?
scram() { printf 'EHLO x\r\nQUIT\r\n' | openssl s_client -quiet -connect "127.0.0.1:$submissions" 2>/dev/null | grep -q 'AUTH.*SCRAM-SHA-256'; }
wait_for 10 scram; ok "SCRAM-SHA-256 is offered" $?
goes; ok "and used" $?
like "as the smarthost saw it" "$(rohrpost log "$H" 500)" 'ev:accepted.*user:ann'
wait_for 10 queue_empty; ok "the site's queue is empty" $?
stop_instance
audit >"$T/audit"; ok "log-audit of the site" $?

# another site logs in by its certificate, which init gives a service
users=
[ "$(id -u)" != 0 ] || users=--users
chmod 755 "$T"
# shellcheck disable=SC2086
new_instance certs $users --local certs.example --relay "127.0.0.1:$submission" --client-cert "$T/client.pem" --client-key "$T/client.pem" || exit 1
tls_out fingerprint "pin=cert:$pin" cert=client; ok "a certificate is configured" $?
start_instance; ok "a site with a certificate is up" $?
goes; ok "what it sends arrives" $?
like "by the login of the certificate" "$(rohrpost log "$H" 100 | grep 'ev:accepted' | tail -n 1)" 'user:ann'
status "status" 0 rohrpost status "$I"
sv -w 7 down "$I/service/tlsout" >/dev/null
status "status without tlsout" 1 rohrpost status "$I"
like "says so" "$(cat "$T/out")" '^  tlsout: is stopped'
rm "$I/tls-client/client.pem"
rohrpost status "$I" >"$T/out"
like "without the certificate, too" "$(cat "$T/out")" '^  tlsout: client\.pem: .*not used'
stop_instance
audit >"$T/audit"; ok "log-audit of it" $?
I=$H up=$host_up
stop_instance
audit >"$T/audit"; ok "log-audit of the smarthost" $?
done_testing
