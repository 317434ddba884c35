#!/bin/sh
# Who is local and who is known, on an instance as init makes it: cron's mail
# stays, also where the DNS does not know the host and with a relay; strangers
# make no Maildirs and get no reports; what cannot be returned is kept.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
printf '{}' >"$T/zone.json"
fake_dns "$T/zone.json" || exit 1

# asks PORT FROM: the replies to RCPT lines on descriptor 0, a code each, as a
# client that may not relay hears them; a new session when one is closed
cat >"$T/asks.py" <<'P'
import smtplib, sys
port, sender = int(sys.argv[1]), sys.argv[2]
s = None
for to in sys.stdin.read().split("\n")[:-1]:
    if s is None:
        s = smtplib.SMTP("127.0.0.1", port, "x.test", source_address=("127.0.0.2", 0))
        s.ehlo(); s.mail(sender)
    code = s.docmd("RCPT TO:<%s>" % to)[0]
    print(code)
    if code == 421:
        s = None
P
asks() { # FROM RCPT...
	from=$1; shift
	printf '%s\n' "$@" | python3 "$T/asks.py" "$port" "$from" | tr '\n' ' '
}
cron() { # as cron hands it in: to whom
	printf 'From: root (Cron Daemon)\nTo: %s\nSubject: Cron <root@box> run-parts %s\n\noutput\n' "$1" "$1" |
		ROHRPOST_DIR=$I sendmail -FCronDaemon -i -B8BITMIME -oem "$1"
}
boss=$(id -un)
setup() { # INIT OPTIONS: an instance on a host that nobody knows
	new_instance "$@" || exit 1
	echo Box.Nowhere.Test >"$I/conf/me"
	echo "$dns" >"$I/conf/resolver"
	conf-build "$I/conf" || exit 1
	start_instance; ok "$1: up" $?
}

setup plain
n=0
for to in root Root root@box.nowhere.test root@box root@localhost postmaster abuse@box mailer-daemon root+cron; do
	status "cron's mail to $to" 0 cron "$to"
	n=$((n + 1))
done
wait_for 20 at_least $n "$I/mail/$boss"; ok "all of it is in the Maildir of who called init" $?
is "who is nobody's postmaster" "$(asks '' postmaster PostMaster POSTMASTER@box.nowhere.test postmaster@BOX abuse@localhost)" "250 250 250 250 250 "
is "elsewhere is not here" "$(asks a@x.test root@nowhere.test root@sub.box.nowhere.test root@x.test)" "550 550 550 "

# a stranger and 300 names
ls -A "$I/mail" >"$T/before"
i=0; while [ $i -lt 300 ]; do echo "n$i@localhost"; i=$((i + 1)); done >"$T/names"
printf '%s\n' -rf@localhost '|id@localhost' '"../../x"@localhost' '"/tmp/x"@localhost' '"..//"@localhost' \
	'"-c"@localhost' '.x@localhost' you@sub.localhost N@LOCALHOST >>"$T/names"
python3 "$T/asks.py" "$port" forged@victim.test <"$T/names" >"$T/codes"
is "nobody is taken" "$(grep -c "^2" "$T/codes") $(grep -c "^550" "$T/codes" | sed "s,^2[0-9][0-9]$,most,")" "0 most"
python3 - "$port" <<'P'
import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), source_address=("127.0.0.2", 0)) as s:
    bad = s.sendmail("forged@victim.test", ["gone@localhost", "You+x@localhost", "-rf@localhost"], "Subject: some\n\nsome\n")
    print(sorted(bad) == ["-rf@localhost", "gone@localhost"])
P
wait_for 10 at_least 1 "$I/mail/you"; ok "one of three is known, and has it" $?
is "no Maildir was made" "$(ls -A "$I/mail" | diff - "$T/before")" ""
wait_for 10 queue_empty; ok "nothing is on its way to the forged sender" $?
is "nor ever was" "$(cat "$I"/log/*/current | grep -c 'to:forged@victim.test')" 0

# more users, without a restart
is "unknown" "$(asks a@x.test ann@localhost joe@localhost kim@localhost)" "550 550 550 "
mkdir "$I/mail/ann"
rohrpost init "$I" --user Joe >"$T/out"; ok "init --user" $?
rohrpost init --user lee --user max "$I" >"$T/out"; ok "several, and the other way round" $?
is "are there" "$(ls -d "$I"/mail/*/new | sed 's,.*mail/,,' | grep -c 'joe\|lee\|max')" 3
echo kim >>"$I/conf/users"; conf-build "$I/conf"
known() { [ "$(asks a@x.test kim@localhost)" = "250 " ]; }
wait_for 5 known; ok "conf/users within a second" $?
is "a folder at once" "$(asks a@x.test ann@localhost Joe+x@box lee max)" "250 250 250 250 "
for u in ann kim; do cron "$u"; done
wait_for 10 at_least 1 "$I/mail/ann"; ok "a folder made by hand gets its mail" $?
wait_for 10 at_least 1 "$I/mail/kim"; ok "and who stands in conf/users" $?

# what cannot be returned
seen=$(count_mail "$I/mail/$boss")
printf 'Subject: lost\n\nx\n' | ROHRPOST_DIR=$I sendmail -f nobody@localhost no-one@box
wait_for 20 at_least $((seen + 1)) "$I/mail/$boss"; ok "a report that cannot be returned goes to the postmaster" $?
like "and says what it is" "$(cat "$I/mail/$boss"/new/*)" '^X-Double-Bounce: Box.Nowhere.Test$'
printf 'Subject: lost\n\nx\n' | ROHRPOST_DIR=$I sendmail -f '<>' no-one@box
wait_for 20 at_least $((seen + 2)) "$I/mail/$boss"; ok "and so does mail without a sender" $?
wait_for 10 queue_empty; ok "the queue is empty" $?
out=$(audit); ok "log-audit" $?
stop_instance
# not even the postmaster is there
mv "$I/mail/$boss" "$T/moved"
start_instance
printf 'Subject: lost\n\nx\n' | ROHRPOST_DIR=$I sendmail -f nobody@localhost no-one@box
told() { cat "$I"/log/*/current | grep -q 'ev:unreported'; }
wait_for 20 told; ok "a double bounce that fails is an event" $?
wait_for 10 queue_empty; ok "and nothing goes in circles" $?
is "three messages, and no more" "$(cat "$I"/log/*/current | grep -c 'ev:unreported')" 1
stop_instance

# everything to a relay, which is not there
setup relayed --relay 127.0.0.1:1 --postmaster boss --local site.test
for to in root root@box.nowhere.test root@box root@localhost abuse@site.test; do cron "$to"; done
cron somebody@else.test
wait_for 20 at_least 5 "$I/mail/boss"; ok "cron's mail does not go to the relay" $?
like "other mail does" "$(queue-list "$I/queue")" 'somebody@else.test'
stop_instance
done_testing
