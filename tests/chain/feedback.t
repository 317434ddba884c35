#!/bin/sh
# rohrpost init --feedback: a host for what comes back, which may be on the open
# Internet: reports become events, nothing is relayed, and nothing goes on
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
users=
[ "$(id -u)" != 0 ] || ! command -v chpst >/dev/null || { chmod 755 "$T"; users=--users; }
# shellcheck disable=SC2086
new_instance site $users --local example.org --local old.example.org --user ann --user box --submission "127.0.0.1:$(free_port)" --feedback back.example.org --feedback fbl.example.org --suppress || exit 1
is "their mail is taken, whoever it is for" "$(grep -c ' any$' "$I/conf/rcpt") $(grep -c '^domain ' "$I/conf/feedback") $(grep -c '\(back\|fbl\).example.org' "$I/conf/local")" "2 2 2"
sed -i 's/^relay/#&/' "$I/conf/relay"
: >"$I/conf/relay"
echo 'return-path:back.example.org verp' >"$I/conf/fix"
conf-build "$I/conf" || exit 1
start_instance; ok "instance is up" $?
export ROHRPOST_DIR="$I"

# nobody relays: each line an address, as scanners try them; the codes of RCPT
cat >"$T/tries" <<'X'
victim@far.example
<victim@far.example>
victim%far.example@back.example.org
victim%far.example
victim@far.example@back.example.org
"victim@far.example"@back.example.org
"victim@far.example"
@back.example.org:victim@far.example
far.example!victim@back.example.org
far.example!victim
victim@[127.0.0.1]
victim@[192.0.2.1]
victim@back.example.org.far.example
victim@xback.example.org
victim@far.example,x@back.example.org
victim+far.example@example.org
victim@fbl.example.org@far.example
X
cat >"$T/relay.py" <<'X'
import socket, sys
port, tries = int(sys.argv[1]), open(sys.argv[2]).read().split("\n")[:-1]
for sender in ("", "spam@far.example", "ann@example.org", "x@back.example.org", "postmaster@[127.0.0.1]"):
    for to in tries:
        s = socket.create_connection(("127.0.0.1", port), 20)
        f = s.makefile("rb")
        def say(line):
            s.sendall(line.encode() + b"\r\n")
            while True:
                r = f.readline().decode()
                if r[3:4] != "-":
                    return r
        f.readline()
        say("EHLO back.example.org")
        say("MAIL FROM:<%s>" % sender)
        r = say("RCPT TO:<%s>" % to)
        d = ""
        if r[:1] == "2" and say("DATA")[:3] == "354":
            d = say("Subject: relay\r\n\r\nx\r\n.")[:3]
        print(r[:3], d, to)
        s.close()
X
python3 "$T/relay.py" "$port" "$T/tries" >"$T/codes"; ok "$(wc -l <"$T/codes") attempts to relay" $?
is "at a domain elsewhere each is refused" "$(grep -v '@back.example.org$\|victim+far' "$T/codes" | grep -v '^5' )" ""
wait_for 5 queue_empty; ok "nothing is in the queue" $?
is "nothing was accepted for anybody" "$(cat "$I"/log/*/current | grep -c 'ev:accepted')" 0
is "what was taken came back to us" "$(cat "$I"/log/*/current | grep 'ev:feedback-kept\|ev:oob-bounce' | grep -v 'came-to:.*@back.example.org')" ""

# a message leaves with a return path of ours, and its report comes back
printf 'From: ann@example.org\nSubject: x\n\nhi\n' | sendmail -f ann@example.org ann@example.org
wait_for 10 at_least 1 "$I/mail/ann"; ok "a message with a return path" $?
back=$(sed -n 's/^Return-Path: *<\(.*\)>/\1/p' "$I"/mail/ann/new/* | sed 1q)
like "which is ours" "$back" '^b-.*@back.example.org$'
cat >"$T/dsn" <<X
From: MAILER-DAEMON@mx.far.example
To: <$back>
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

sorry
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.far.example

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b--
X
python3 - "$port" "$back" "$T/dsn" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
s.sendmail("", [sys.argv[2]], open(sys.argv[3]).read())
s.sendmail("a@far.example", ["fbl@fbl.example.org"], "Subject: what is this\n\nwho knows\n")
s.quit()
X
ok "its report is taken" $?
told() { cat "$I"/log/smtp/current | grep -q 'ev:oob-bounce.*	to:ann@example.org	.*tied-by:return-path'; }
wait_for 5 told; ok "and is an event" $?
# and whom it names gets no more mail
start=$(date +%s%N)
refused() { ! printf 'From: bob@example.org\nSubject: x\n\nhi\n' | sendmail -f bob@example.org ann@example.org 2>"$T/err"; }
wait_for 10 refused; ok "suppression" $?
took=$((($(date +%s%N) - start) / 1000000))
[ $took -lt 4000 ]; ok "soon: $took ms" $?
like "with the reason" "$(cat "$T/err")" 'suppressed since .*unknown-user'

# the same of one who is too long for a return path
long=ann+firstname.lastname.of-some-company@example.org
printf 'From: ann@example.org\nSubject: long\n\nhi\n' | sendmail -f ann@example.org $long
# ann may have had more before she had no more
came() { back=$(sed -n 's/^Return-Path: *<\(b-.*-[a-z2-7]\{10\}@back.example.org\)>/\1/p' "$I"/mail/ann/new/*) && [ "$back" ]; }
wait_for 10 came; ok "a message to a long address" $?
like "has a return path with a proof of it" "$back" '^b-[^=]*@back.example.org$'
sed "s/ann@example.org/$long/; s/^To: .*/To: <$back>/" "$T/dsn" >"$T/dsn.long"
python3 - "$port" "$back" "$T/dsn.long" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
s.sendmail("", [sys.argv[2]], open(sys.argv[3]).read())
s.quit()
X
ok "its report is taken" $?
proven() { cat "$I"/log/smtp/current | grep "ev:oob-bounce.*	to:$long	" | grep -q 'tied-by:return-path	trusted:1'; }
wait_for 5 proven; ok "and proves the recipient" $?
no_more() { ! printf 'From: bob@example.org\nSubject: x\n\nhi\n' | sendmail -f bob@example.org $long 2>"$T/err"; }
wait_for 10 no_more; ok "who gets no more mail" $?
like "for that reason" "$(cat "$T/err")" 'suppressed since .*unknown-user'
kept() { cat "$I"/log/smtp/current | grep -q 'ev:feedback-kept.*fbl@fbl.example.org'; }
wait_for 5 kept; ok "what is not understood is kept" $?
status "rohrpost status" 0 rohrpost status "$I"
like "says how much of it" "$(cat "$T/out")" "^  [1-9][0-9]* messages that were not understood wait for a person in $I/feedback/kept"
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/out"

# one of our machines hands on what came to it
echo '127.0.0.1:allow,RELAYCLIENT=""' >"$I/conf/relay"
conf-build "$I/conf" || exit 1
cat >"$T/hand.py" <<'X'
import smtplib, sys, time
port, back, text = int(sys.argv[1]), sys.argv[2], open(sys.argv[3]).read()
until = time.monotonic() + 10
while True:
    s = smtplib.SMTP("127.0.0.1", port, timeout=30)
    s.helo("inner.example")
    s.docmd("MAIL FROM:<>")
    if s.docmd("RCPT TO:<x@far.example>")[0] == 250:
        break
    s.quit()
    if time.monotonic() > until:
        sys.exit("may not relay")
s.docmd("RSET")
s.sendmail("", [back], text.replace("sorry", "from inside"))
s.quit()
X
bounces() { cat "$I"/log/smtp/current | grep -c 'ev:oob-bounce'; }
before=$(bounces)
python3 "$T/hand.py" "$port" "$back" "$T/dsn"; ok "a report from one who may relay is taken" $?
more() { [ "$(bounces)" -gt "$before" ]; }
wait_for 5 more; ok "and is an event" $?
wait_for 5 queue_empty; ok "the queue is empty" $?

# it comes by other ways, and is read once, whichever that is
events() { cat "$I"/log/*/current | grep "ev:$1	" | grep -F "came-to:$back" | grep "$2"; }
once() { # EVENT WORD WHAT
	n_events() { [ "$(events "$1" "$2" | wc -l)" -ge 1 ]; }
	wait_for 15 n_events "$1" "$2"; ok "$3: it is an event" $?
	like "which is trusted" "$(events "$1" "$2")" 'tied-by:return-path	trusted:1'
	wait_for 15 queue_empty; ok "$3: nothing is left of it" $?
	is "$3: once" "$(events "$1" "$2" | wc -l)" 1
}
bounce_by() { sed "s/^Reporting-MTA: .*/Reporting-MTA: dns; $1.example/; s/550 5.1.1/550 5.1.1 by-$1/" "$T/dsn.long"; }
bounce_by hand | sendmail -f '' "$back"
once oob-bounce by-hand "sendmail"

sv -w 7 down "$I/service/smtp" >/dev/null
bounce_by drop | sendmail -f '' "$back"
is "no service takes it" "$(ls "$I/drop/new" | wc -l)" 1
sv up "$I/service/smtp" >/dev/null
once oob-bounce by-drop "the drop"

echo secret | rohrpost user-add "$I" ann
ann_known() { cat "$I/log/auth/current" | grep -q 'passwd.cdb is in force'; }
wait_for 10 ann_known; ok "one may log in" $?
cat >"$T/submit.py" <<'X'
import smtplib, ssl, sys
c = ssl.create_default_context()
c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
s.starttls(context=c)
s.login("ann", "secret")
s.sendmail("", [sys.argv[2]], sys.stdin.read())
s.quit()
X
submission=$(sed -n 's/.* -l 127.0.0.1:\([0-9]*\) .*/\1/p' "$I/service/submission/run")
bounce_by login | python3 "$T/submit.py" "$submission" "$back"; ok "one who logs in hands it in" $?
once oob-bounce by-login "submission"

# forwarded by a mailbox, by an alias, and by a rule
echo "$back" >"$I/mail/box/forward"
chmod 644 "$I/mail/box/forward"
bounce_by box | sendmail -f '' box@example.org
once oob-bounce by-box "a forward file"
echo "reports@example.org: $back" >>"$I/conf/aliases"
echo 'to:@old.example.org rewrite:@back.example.org' >>"$I/conf/routes"
conf-build "$I/conf" || exit 1
sleep 1 # by then they are in force
bounce_by alias | sendmail -f '' reports@example.org
once oob-bounce by-alias "an alias"
bounce_by rule | sendmail -f '' "${back%@*}@old.example.org"
once oob-bounce by-rule "a rule"
# a local part that would be an order, a comment or two words of a forward file
for odd in '"|sh"' 'a|b' '"a,;b c"' '"#x"' '"-f"'; do
	printf 'Subject: odd\n\nx\n' | sendmail -f '' "$odd@old.example.org" || echo "# $odd is refused"
done
odd_kept() { [ "$(grep -c 'ev:feedback-kept.*@back.example.org' "$I/log/feedback/current")" = 5 ]; }
wait_for 15 odd_kept; ok "odd local parts: each is handed over" $?
wait_for 15 queue_empty; ok "odd local parts: nothing is left of them" $?
is "all by way of the queue are in that log" "$(grep -c "ev:oob-bounce.*came-to:$back" "$I/log/feedback/current")" 4

# a program of a mailbox answers
cat >"$I/vacation" <<X
#!/bin/sh
export ASAN_OPTIONS='${ASAN_OPTIONS-}' # a command of a mailbox has no other environment
printf 'From: box@example.org\nTo: %s\nSubject: on holiday\nAuto-Submitted: auto-replied\n\nsoon\n' "\$SENDER" |
	ROHRPOST_DIR=$I sendmail -f '' "\$SENDER"
X
chmod 755 "$I/vacation"
echo "|$I/vacation" >"$I/mail/box/forward"
printf 'From: x@example.org\nSubject: hi\n\nhi\n' | sendmail -f ann@example.org box@example.org
back=b- # one more return path of ours
once autoreply kind:vacation "a vacation program"

# other mail that is forwarded goes its way
echo ann@example.org >"$I/mail/box/forward"
n=$(count_mail "$I/mail/ann")
printf 'Subject: on\n\nx\n' | sendmail -f x@example.org box@example.org
wait_for 10 at_least $((n + 1)) "$I/mail/ann"; ok "other mail is forwarded" $?
wait_for 10 queue_empty; ok "the queue is empty" $?
# but what was on its way when its recipient became suppressed
is "none of it bounced" "$(cat "$I"/log/*-final/current | grep ev:bounced | grep -vc 'failure:suppressed')" 0
audit >"$T/audit"; ok "log-audit" $?
[ "$tap_bad" = 0 ] || sed 's/^/# /' "$T/audit"
stop_instance
done_testing
