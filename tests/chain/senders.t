#!/bin/sh
# Senders put mail into an instance; it arrives in Maildirs, once.  More of
# them in tests/peers/senders.t.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org --local localhost || exit 1
{
	printf '%s\n' swaks swaks2 py teresa carl blind large back
	i=0; while [ $i -lt 1000 ]; do echo r$i; i=$((i + 1)); done
} >"$I/conf/users"
conf-build "$I/conf" 2>/dev/null
start_instance; ok "instance is up" $?
ROHRPOST_DIR=$I
export ROHRPOST_DIR
body() { sed '1,/^$/d' "$1"/new/* 2>/dev/null; }
arrives() { # NAME USER
	wait_for 10 at_least 1 "$I/mail/$2"; ok "$1 arrives" $?
	is "$1: one copy" "$(count_mail "$I/mail/$2")" 1
}

status "swaks" 0 swaks --silent 2 --server 127.0.0.1:"$port" --from a@example.org --to swaks@example.org --body 'from swaks'
arrives swaks swaks
like "swaks: its body" "$(body "$I/mail/swaks")" '^from swaks'
status "swaks, pipelining" 0 swaks --silent 2 --pipeline --server 127.0.0.1:"$port" --from a@example.org --to swaks2@example.org
arrives "swaks, pipelined" swaks2
python3 - "$port" <<'X'
import smtplib, sys, email.message
m = email.message.EmailMessage()
m["From"] = "a@example.org"; m["To"] = "py@example.org"; m["Subject"] = "Grüße"
m.set_content("naïve\n" + "x" * 900 + "\n.\n")
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as s:
    s.send_message(m)
    bad = s.sendmail("a@example.org", ["py@example.org"], b"Subject: eight\r\n\r\n\xe4\xf6\r\n", mail_options=["BODY=8BITMIME"])
    assert not bad
X
ok "python smtplib" $?
wait_for 10 at_least 2 "$I/mail/py"; ok "python's two messages arrive" $?
grep -l "$(printf '\344\366')" "$I"/mail/py/new/* >/dev/null; ok "eight bits arrive as they are" $?
printf 'To: Teresa <teresa@example.org>,\n carl@example.org\nBcc: blind@example.org\nSubject: t\n\nhello\n' | sendmail -t
ok "sendmail -t" $?
for u in teresa carl blind; do arrives "sendmail -t to $u" $u; done
is "Bcc is gone" "$(cat "$I"/mail/*/new/* | grep -ci '^bcc:')" 0
# many recipients at once, and a large message
python3 - "$port" <<'X'
import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as s:
    s.sendmail("a@example.org", ["r%d@example.org" % i for i in range(1000)], "Subject: all\n\nall\n")
    s.sendmail("a@example.org", ["large@example.org"], "Subject: large\n\n" + ("x" * 70 + "\n") * 150000)
X
ok "1,000 recipients, and 10 MB" $?
thousand() { [ "$(find "$I"/mail/r[0-9]* -path '*/new/*' | wc -l)" -ge 1000 ]; }
wait_for 30 thousand; ok "1,000 recipients have it" $?
wait_for 20 at_least 1 "$I/mail/large"; ok "10 MB arrive" $?
is "10 MB: all lines" "$(body "$I/mail/large" | grep -c '^x\{70\}$')" 150000
# what cannot be delivered comes back
status "a recipient that cannot exist" 24 swaks --silent 2 --server 127.0.0.1:"$port" --from back@example.org --to 'no/such@example.org'
printf 'Subject: x\n\nx\n' | sendmail -f back@example.org 'no/such@example.org'; ok "sendmail does not ask" $?
wait_for 10 at_least 1 "$I/mail/back"; ok "a report comes back" $?
like "it is a delivery status notification" "$(cat "$I"/mail/back/new/* 2>/dev/null)" '^Content-Type: multipart/report'
# nobody else relays: the address must be 127.0.0.1, and nothing else is told
out=$(swaks --server 127.0.0.1:"$port" --local-interface 127.0.0.2 --from a@example.com --to x@elsewhere.example 2>&1)
like "no relaying for another address" "$out" '55[0-9] 5\.7\.1'
rm "$I/conf/relay.cdb"
sleep 1
out=$(swaks --server 127.0.0.1:"$port" --from a@example.com --to x@elsewhere.example 2>&1)
like "no relaying without rules" "$out" '55[0-9] 5\.7\.1'
wait_for 10 queue_empty; ok "the queue is empty" $?
out=$(audit); ok "log-audit: nothing lost, nothing twice" $?
like "log-audit" "$out" 'lost:0'
echo "# $out"
stop_instance
status "queue-check" 0 queue-check "$I/queue"
done_testing
