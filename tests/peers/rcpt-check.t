#!/bin/sh
# Recipients known by the next host: Debian's Postfix by SMTP, Dovecot by LMTP
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/lib.sh"
peer Postfix test -x /usr/lib/postfix/sbin/smtpd || { done_testing; exit 1; }
peer "Dovecot's LMTP server" test -x /usr/lib/dovecot/lmtp || { done_testing; exit 1; }
need_root
chmod 755 "$T"
cd "$T" || exit 1

# Dovecot: anna and berta
new_dovecot "$T/dovecot" anna berta
bg dovecot -F -c "$D/conf"
wait_for 10 test -S "$D/run/lmtp"; ok "Dovecot is up" $?

# Postfix: carla and dora
pport=$(free_port)
new_postfix "$T/postfix" <<X
virtual_mailbox_domains = px.test
virtual_mailbox_maps = inline:{ carla@px.test=carla/, dora@px.test=dora/ }
smtpd_recipient_restrictions = permit_mynetworks, reject_unauth_destination
X
postfix_serves px "127.0.0.1:$pport"
trap "px stop; tap_end" EXIT
px start
on_port() { python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 5)"; }
wait_for 10 on_port "$pport"; ok "Postfix is up" $?

mkdir conf
echo mx.test >conf/me
printf 'dc.test\npx.test\n' >conf/local
printf 'dc.test next\npx.test next\n' >conf/rcpt
printf 'to:@dc.test lmtp:%s\nto:@px.test host:[127.0.0.1]:%s tls:none\n' "$D/run/lmtp" "$pport" >conf/routes
printf 'chef@dc.test: carla@px.test\n' >conf/aliases
conf-build conf; ok "conf-build" $?
bg sock-serve -w unix:rcpt.sock rcpt-check -t 10 route conf remote-send -C conf -s 2 -d 1 2>check.err
port=$(free_port)
bg smtp-recv -l "127.0.0.1:$port" -C conf -R "unix:$T/rcpt.sock" sh -c 'cat >/dev/null' 2>recv.err
wait_for 10 on_port "$port"; ok "smtp-recv is up" $?

# codes ADDRESS...: of RCPT to each
codes() {
	python3 - "$port" "$@" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
s.ehlo("client.test")
s.mail("sender@far.test")
for to in sys.argv[2:]:
    code, text = s.rcpt(to)
    print(code, text.split()[0].decode(), end=" ")
s.quit()
X
}
is "Dovecot's" "$(codes anna@dc.test nobody@dc.test berta@dc.test)" "250 2.1.5 550 5.1.1 250 2.1.5 "
is "Postfix's" "$(codes carla@px.test nobody@px.test dora@px.test)" "250 2.1.5 550 5.1.1 250 2.1.5 "
is "behind an alias" "$(codes chef@dc.test)" "250 2.1.5 "
is "again" "$(codes carla@px.test nobody@px.test anna@dc.test nobody@dc.test)" "250 2.1.5 550 5.1.1 250 2.1.5 550 5.1.1 "
px stop
is "while Postfix is down" "$(codes carla@px.test nobody@px.test new@px.test anna@dc.test)" \
	"250 2.1.5 550 5.1.1 451 4.3.0 250 2.1.5 "
# each was asked for once
is "Postfix was asked once for who is not there" "$(grep -c 'NOQUEUE: reject: RCPT.*nobody@px.test' "$P/log")" 1
is "and was sent no message" "$(grep -cE 'postfix/qmgr.*(from|removed)' "$P/log")" 0
is "nor was Dovecot" "$(find "$D/mail" -type f -path '*/new/*' | wc -l)" 0
done_testing
