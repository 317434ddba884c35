#!/bin/sh
# Debian's Dovecot as an LMTP receiver, over TCP and over a Unix socket.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
. "$(dirname "$0")/lib.sh"
peer "Dovecot's LMTP server" test -x /usr/lib/dovecot/lmtp || { done_testing; exit 1; }
need_root
chmod 755 "$T"
lport=$(free_port)
new_dovecot "$T/dovecot" anna berta carla
bg dovecot -F -c "$D/conf"
wait_for 10 test -S "$D/run/lmtp"; ok "Dovecot is up" $?
new_instance site --local home.test --user me || exit 1
cat >"$I/conf/routes" <<X
to:@home.test local
to:@tcp.test lmtp:127.0.0.1:$lport
to:@unix.test lmtp:$D/run/lmtp
X
conf-build "$I/conf"; ok "conf-build" $?
start_instance; ok "instance is up" $?
ROHRPOST_DIR=$I
export ROHRPOST_DIR
printf 'Subject: lmtp\n\n.dot\nhello\n' | sendmail -i -f me@home.test anna@tcp.test berta@tcp.test nobody@tcp.test
ok "three recipients over TCP" $?
printf 'Subject: lmtp\n\nhello\n' | sendmail -f me@home.test carla@unix.test
ok "one over the socket" $?
for u in anna berta carla; do
	wait_for 15 at_least 1 "$D/mail/$u"; ok "$u has it" $?
	is "$u: one copy" "$(count_mail "$D/mail/$u")" 1
done
wait_for 10 at_least 1 "$I/mail/me"; ok "the unknown one is returned" $?
like "with Dovecot's reply" "$(cat "$I"/mail/me/new/*)" "5.1.1.*exist"
wait_for 5 queue_empty; ok "the queue is empty" $?
out=$(audit); ok "log-audit" $?
stop_instance
done_testing
