#!/bin/sh
# What people find who send mail by sendmail through an instance: what cannot
# be sent comes back to them.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
export ROHRPOST_DIR
new_instance site --local me.example || exit 1
mkdir -p "$I/mail/ann/new" "$I/mail/ann/cur" "$I/mail/ann/tmp"
ROHRPOST_DIR=$I
echo me.example >"$I/conf/me"
start_instance; ok "instance is up" $?

# one entry of a header that is no address
printf 'To: you@me.example, Herr Müller\nSubject: odd\n\nx\n' |
	sendmail -t -f ann@me.example 2>"$T/err"
is "an odd address beside a good one" $? 0
wait_for 20 at_least 1 "$I/mail/you"; ok "the good one has the message" $?
wait_for 20 at_least 1 "$I/mail/ann"; ok "the sender has a report" $?
like "of the odd one" "$(cat "$I/mail/ann/new/"*)" '^Final-Recipient: utf-8; Herr M'
like "which is final" "$(cat "$I/mail/ann/new/"*)" '^Status: 5\.1\.3'
is "from nobody" "$(grep -c '^Return-Path: <>$' "$I/mail/ann/new/"*)" 1

# what was left in the drop, and is refused when the service is back
hops() { yes 'Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000' | head -$1; printf 'Subject: hops\n\nx\n'; }
sv -w 7 down "$I/service/smtp" >/dev/null
hops 200 | sendmail -f ann@me.example you@me.example
is "mail that goes in circles, while the service is down" $? 0
sv up "$I/service/smtp" >/dev/null
wait_for 20 at_least 2 "$I/mail/ann"; ok "comes back to its sender" $?
cat "$I/mail/ann/new/"* >"$T/got"
like "with the reason" "$(cat "$T/got")" '^Status: 5\.4\.6'
like "with the message" "$(cat "$T/got")" '^Subject: hops'
is "and is in no corner" "$(find "$I/drop" -type f | wc -l) $(count_mail "$I/mail/you")" "0 1"
out=$(audit); ok "log-audit" $?
stop_instance
done_testing
