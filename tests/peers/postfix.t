#!/bin/sh
# Debian's Postfix as the receiver of what we send, and as a sender to us.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
. "$top/tests/peers/lib.sh"
peer Postfix command -v postfix || { done_testing; exit 1; }
need_root
chmod 755 "$T"
pport=$(free_port)
new_instance site --local home.test --user me --user fromx --relay "127.0.0.1:$pport" || exit 1
new_postfix "$T/postfix" <<X
myhostname = px.test
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtp_host_lookup = native
virtual_mailbox_domains = px.test
virtual_mailbox_maps = texthash:$T/postfix/etc/boxes
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access texthash:$T/postfix/etc/access, permit
relayhost = [127.0.0.1]:$port
X
postfix_serves px "127.0.0.1:$pport"
printf 'one@px.test one/\ntwo@px.test two/\n@px.test rest/\n' >"$P/etc/boxes"
printf 'gone@px.test 550 5.1.1 nobody here\nlater@px.test 450 4.2.1 come back\n' >"$P/etc/access"
trap 'px stop; tap_end' EXIT
start_instance; ok "instance is up" $?

printf 'Subject: awkward\n\n.\n..\n.x\n%s\n\303\274\n\nlast line without end' "$(printf '%0990d' 0)" >"$T/m"
# Postfix is not there yet: mail waits
ROHRPOST_DIR=$I sendmail -i -f me@home.test one@px.test two@px.test <"$T/m"; ok "sent while Postfix is down" $?
deferred() { rohrpost log "$I" 500 | grep -q 'ev:deferred'; }
wait_for 10 deferred; ok "it is deferred" $?
like "and the queue says why" "$(queue-list -l "$I/queue")" 'refused'
px start; ok "Postfix starts" $?
wait_for 10 smtp-ping 127.0.0.1:"$pport"
# the host is remembered as dead for a while; a retry by hand asks at once
retry_until() { queue-ctl "$I/queue" retry all >/dev/null; sleep 0.3; queue_empty; }
wait_for 90 retry_until; ok "queue-ctl retry all: the queue empties" $?
for u in one two; do
	wait_for 10 at_least 1 "$P/mail/$u"; ok "$u has it" $?
	is "$u: one copy" "$(count_mail "$P/mail/$u")" 1
	sed '1,/^$/d' "$P/mail/$u"/new/* >"$T/got"
	{ sed '1,/^$/d' "$T/m"; echo; } >"$T/want"
	cmp "$T/got" "$T/want"; ok "$u: byte for byte" $?
done
# refused for good, for now, and taken, in one message
ROHRPOST_DIR=$I sendmail -f me@home.test gone@px.test later@px.test rest1@px.test <"$T/m"; ok "three recipients" $?
wait_for 10 at_least 1 "$P/mail/rest"; ok "the good one arrives" $?
wait_for 10 at_least 1 "$I/mail/me"; ok "the bad one is returned" $?
like "with the reply" "$(cat "$I"/mail/me/new/*)" '5\.1\.1.*nobody here'
like "and its action" "$(cat "$I"/mail/me/new/*)" '^Action: failed'
like "the other waits" "$(queue-list -l "$I/queue")" 'come back'
is "and nothing else waits" "$(queue-list -l "$I/queue" | wc -l)" 1
status "delete it" 0 queue-ctl "$I/queue" delete to:later@px.test
wait_for 5 queue_empty; ok "it is gone" $?
# 1,000 at once, then as a sender: Postfix relays to us
status "1,000 messages" 0 smtp-source -4 -s 20 -m 1000 -l 3000 -f me@home.test -t bulk@px.test "127.0.0.1:$port"
wait_for 60 at_least 1001 "$P/mail/rest"; ok "1,000 arrive at Postfix" $?
is "each once" "$(count_mail "$P/mail/rest")" 1001
printf 'Subject: back\n\nfrom postfix\n' | MAIL_CONFIG=$P/etc /usr/sbin/sendmail -C "$P/etc" -f x@px.test fromx@home.test; ok "Postfix takes mail" $?
wait_for 15 at_least 1 "$I/mail/fromx"; ok "and hands it to us" $?
out=$(audit); ok "log-audit" $?
echo "# $out"
stop_instance
done_testing
