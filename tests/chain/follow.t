#!/bin/sh
# rohrpost log DIR ID: one message and what became of it, the report about
# it and what it was sent on as, from each of them, with diagnostics between,
# also when the log has begun another file.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org || exit 1
mkdir -p "$I/mail/ann/new" "$I/mail/ann/cur" "$I/mail/ann/tmp" "$I/mail/joe"
echo you@example.org >"$I/mail/joe/forward"
start_instance; ok "instance is up" $?
# send FROM TO: its id in $id
send() {
	id=$(python3 - "$port" "$1" "$2" <<'X'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20)
s.ehlo()
s.mail(sys.argv[2]); s.rcpt(sys.argv[3])
print(s.data("Subject: x\n\nx\n")[1].decode().split()[-1])
X
)
}
log() { rohrpost log "$I" "$@"; }
# the ids that stand in events of a kind, or under a label
ids() { cut -f 2- | tr '\t' '\n' | sed -n "s/^$1://p" | sort -u; }

send ann@example.org you@example.org
like "an id" "$id" '^[0-9a-v]{20}$'
plain=$id
send ann@example.org joe@example.org; forwarded=$id
wait_for 15 at_least 2 "$I/mail/you"; ok "the forwarded one is there" $?
# nobody's mailbox any more when it is delivered
rohrpost queue-ctl "$I/queue" hold all >/dev/null
mkdir "$I/mail/gone"
send ann@example.org gone@example.org; failed=$id
rmdir "$I/mail/gone"
rohrpost queue-ctl "$I/queue" release all >/dev/null
wait_for 20 at_least 1 "$I/mail/ann"; ok "the report is there" $?
wait_for 10 queue_empty

log "$plain" >"$T/out"
is "a message alone" "$(ids id <"$T/out")" "$plain"
is "its life" "$(ids ev <"$T/out" | tr '\n' ' ')" "accepted sent "
log "$forwarded" >"$T/out"
copy=$(ids id <"$T/out" | grep -v "$forwarded")
like "forwarded: the copy, too" "$copy" '^[0-9a-v]{20}$'
is "the copy names it" "$(grep "id:$copy" "$T/out" | ids of)" "$forwarded"
is "and from the copy" "$(log "$copy")" "$(cat "$T/out")"
log "$failed" >"$T/out"
report=$(ids report <"$T/out")
like "bounced: the report, too" "$report" '^[0-9a-v]{20}$'
is "which names it" "$(grep "id:$report" "$T/out" | ids of)" "$failed"
like "and is named with it" "$(grep "ev:reported.*id:$failed" "$T/out")" "kind:failed	n:0	report:$report$"
is "from there, too" "$(log "$report")" "$(cat "$T/out")"
is "their lives" "$(cut -f 2 "$T/out" | sed 's/^ev://' | sort | tr '\n' ' ')" "accepted accepted bounced reported sent "
is "in the order of time" "$(cut -f 1 "$T/out" | sort | sed 's/^/#/')" "$(cut -f 1 "$T/out" | sed 's/^/#/')"
log 00000000000000000000 >"$T/none"; is "nobody" "$? $(cat "$T/none")" "1 "

# another file each
for s in "$I"/service/*; do sv alarm "$s/log" >/dev/null; done
turned() { [ "$(ls "$I/log/deliver-final" "$I/log/smtp-final" | grep -c '^@')" = 2 ]; }
wait_for 5 turned; ok "the logs begin another file" $?
is "nothing is missing" "$(log "$failed")" "$(cat "$T/out")"
log 1000 >"$T/all"
is "the last lines have all of it" "$(ids ev <"$T/all" | tr '\n' ' ')" "accepted act bounced held ordered released reported sent started "
# a diagnostic stands where it belongs
bg rohrpost log "$I" -f 1
show=$bg_pid
pkill -KILL -f "^([^ ]*/)?bounce .*unix:$I/sock/inject.sock"
again() { log 1000 | grep -q 'warning: the bounce command has ended'; }
wait_for 10 again; ok "a diagnostic" $?
send ann@example.org you@example.org
last() { log | tail -3 | grep -q "ev:sent.*id:$id"; }
wait_for 10 last; ok "and an event" $?
log | sed 's/^ts://; s/[Z ].*//' | cut -c 1-25 >"$T/times"
is "all in the order of time" "$(sort "$T/times" | cksum)" "$(cksum <"$T/times")"
is "the diagnostic before the event" "$(log | grep -n 'bounce command\|ev:sent' | tail -2 | sed 's/.*\(bounce command\|ev:sent\).*/\1/' | tr '\n' ' ')" "bounce command ev:sent "
kill $show 2>/dev/null
out=$(audit); ok "log-audit" $?
stop_instance
done_testing
