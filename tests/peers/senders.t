#!/bin/sh
# Other projects' senders put mail into an instance; it arrives in Maildirs,
# once.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
for p in curl msmtp bsd-mailx smtp-source; do peer $p command -v $p; done
[ "$tap_bad" = 0 ] || { done_testing; exit 1; }
new_instance site --local example.org || exit 1
printf '%s\n' curl msmtp mailx many >"$I/conf/users"
conf-build "$I/conf" 2>/dev/null
start_instance; ok "instance is up" $?
ROHRPOST_DIR=$I
export ROHRPOST_DIR
body() { sed '1,/^$/d' "$1"/new/* 2>/dev/null; }
arrives() { # NAME USER
	wait_for 10 at_least 1 "$I/mail/$2"; ok "$1 arrives" $?
	is "$1: one copy" "$(count_mail "$I/mail/$2")" 1
}

printf 'From: a@example.org\r\nSubject: curl\r\n\r\n.dot\r\n..dots\r\nend\r\n' >"$T/m"
status "curl" 0 curl -sS --url "smtp://127.0.0.1:$port" --mail-from a@example.org --mail-rcpt curl@example.org --upload-file "$T/m"
arrives curl curl
is "curl: dots at the start of a line" "$(body "$I/mail/curl")" ".dot
..dots
end"
printf 'Subject: msmtp\n\nfrom msmtp\n' | msmtp --host=127.0.0.1 --port="$port" --from=a@example.org msmtp@example.org
ok "msmtp" $?
arrives msmtp msmtp
printf 'set sendmail=%s\nset nosave\n' "$(command -v sendmail)" >"$T/mailrc"
echo 'from mailx' | MAILRC=$T/mailrc HOME=$T bsd-mailx -s 'a subject' mailx@example.org
ok "mailx" $?
arrives mailx mailx
like "mailx: its subject" "$(cat "$I"/mail/mailx/new/*)" '^Subject: a subject'
status "smtp-source, 500 messages" 0 smtp-source -4 -s 10 -m 500 -l 2000 -f a@example.org -t many@example.org "127.0.0.1:$port"
wait_for 20 at_least 500 "$I/mail/many"; ok "500 arrive" $?
wait_for 10 queue_empty; ok "the queue is empty" $?
audit >"$T/audit"; ok "log-audit: nothing lost, nothing twice" $?
stop_instance
done_testing
