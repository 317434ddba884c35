#!/bin/sh
# The service that takes mail from sendmail is restarted, stopped and killed:
# no message is lost.  Then an instance with separate users, whose drop is
# open to everybody.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
export ROHRPOST_DIR

# send FIRST LAST: each from a process of its own, 8 at a time; how each ended
# goes into $T/ends
send() {
	seq "$1" "$2" | xargs -P 8 -I N sh -c 'printf "Subject: number N\n\nx\n" | sendmail -f a@me.example you@me.example; echo "$?"' >>"$T/ends" 2>>"$T/said"
}
numbers() { cat "$I"/mail/you/new/* | sed -n 's/^Subject: number //p' | sort -n; }
drop_empty() { [ -z "$(ls -A "$I/drop/new")" ]; }
# taker: the service that takes mail from sendmail
taker=smtp
new_instance site --local me.example || exit 1
ROHRPOST_DIR=$I
echo me.example >"$I/conf/me"
start_instance; ok "instance is up" $?

sv -w 7 down "$I/service/$taker" >/dev/null
printf 'Subject: number 0\n\nx\n' | sendmail -f a@me.example you@me.example; is "mail of cron while the service is down" $? 0
is "is in the drop" "$(ls "$I/drop/new" | wc -l)" 1
# smtp NUMBER...: a session of sendmail -bs with a message for each
smtp() {
	for i; do
		printf 'MAIL FROM:<a@me.example>\r\nRCPT TO:<you@me.example>\r\nDATA\r\nSubject: number %s\r\n\r\nx\r\n.\r\n' "$i"
	done | { printf 'EHLO me\r\n'; cat; printf 'QUIT\r\n'; } | sendmail -bs 2>>"$T/said"
}
is "and of a session of sendmail -bs" "$(smtp 1001 1002 | grep -c '^250 2.0.0 ok ')" 2
is "is in the drop as well" "$(ls "$I/drop/new" | wc -l)" 3
mv "$I/drop/new" "$I/drop/away"
is "-bs without a drop: the client keeps it" "$(smtp 1003 | grep -c '^451 4.3.0 no service takes mail now')" 1
mv "$I/drop/away" "$I/drop/new"
sv up "$I/service/$taker" >/dev/null
wait_for 20 at_least 3 "$I/mail/you"; ok "and arrives when it is back" $?
is "each once" "$(numbers | tr '\n' ' ')" "0 1001 1002 "
is "-bs, the service is there: a queue's id" "$(smtp 1004 | tr -d '\r' | grep -cE '^250 2.0.0 ok [0-9a-v]{20}$')" 1
wait_for 20 at_least 4 "$I/mail/you"
grep -l '^Subject: number 1...' "$I"/mail/you/new/* | xargs rm

# Is it down, and meant to be?  Right behind a restart sv may take the moment in
# which nothing runs for that, before runsv has read the `d`; an `up` then would
# be left out, as it is wanted still.
is_down() {
	case $(sv status "$I/service/$taker") in
	*'want up'*) return 1 ;;
	down:*) ;;
	*) return 1 ;;
	esac
}
# 200 while it is restarted again and again
send 1 200 &
sender=$!
for _ in 1 2 3; do
	sv -w 7 restart "$I/service/$taker" >/dev/null
	sv -w 7 down "$I/service/$taker" >/dev/null
	wait_for 10 is_down
	sleep 0.3
	sv up "$I/service/$taker" >/dev/null
done
wait $sender
is "200 while it is restarted: all are taken" "$(sort "$T/ends" | uniq -c | tr -s ' ')" " 200 0"
wait_for 30 at_least 201 "$I/mail/you"
wait_for 10 drop_empty; ok "the drop is empty" $?
is "each arrives once" "$(numbers)" "$(seq 0 200)"

# and killed: what was taken without a receipt may come twice, nothing is lost
: >"$T/ends"
send 201 300 &
sender=$!
for _ in 1 2 3 4; do
	sleep 0.2
	kill -KILL "$(cat "$I/service/$taker/supervise/pid")"
	sleep 0.3
	kill -KILL "$(cat "$I/service/drop/supervise/pid")"
done
wait $sender
is "100 while it is killed: all are taken" "$(sort "$T/ends" | uniq -c | tr -s ' ')" " 100 0"
wait_for 30 drop_empty; ok "the drop is empty" $?
wait_for 30 queue_empty
is "none is lost" "$(numbers | uniq)" "$(seq 0 300)"
# a batch holds at most those that were under way, and one of the drop
more=$(($(numbers | wc -l) - 301))
[ $more -le $((4 * 9)) ]; ok "$more came twice, at most those under way" $?
out=$(audit); ok "log-audit" $?
stop_instance

# no room: as before
mkdir "$T/full"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=100m tmpfs "$T/full" 2>/dev/null; then
	mkdir -p "$T/full/conf" "$T/full/drop/new"
	echo me.example >"$T/full/conf/me"
	status "less than the reserve is free" 75 sh -c "echo x | ROHRPOST_DIR=$T/full sendmail a@b"
	like "and said" "$(cat "$T/err")" "warning: unable to leave the message in $T/full/drop: No space left"
	is "nothing is left behind" "$(ls -A "$T/full/drop/new")" ""
	umount "$T/full"
else
	skip "no mount"
fi
is "a message in an instance without a drop" "$(mkdir -p "$T/old/conf"; echo me.example >"$T/old/conf/me"; echo x | ROHRPOST_DIR=$T/old sendmail a@b 2>/dev/null; echo $?)" 75

[ "$(id -u)" = 0 ] && command -v chpst >/dev/null || {
	skip "separate users need root"
	done_testing
	exit 0
}
chmod 755 "$T"
new_instance users --users --local me.example || exit 1
ROHRPOST_DIR=$I
echo me.example >"$I/conf/me"
# two strangers
one=nobody two=daemon
as() { u=$1; shift; chpst -u "$u" env "PATH=$PATH" "ROHRPOST_DIR=$I" "$@"; }
start_instance; ok "instance with separate users is up" $?
like "nobody but rohrsmtp reads the drop" "$(ps -eo user:20,args | grep 'drop-take' | grep -v grep)" "^rohrsmtp .*drop-take"
sv -w 7 down "$I/service/smtp" "$I/service/inject" "$I/service/drop" >/dev/null
printf 'Subject: number 1\n\nx\n' >"$T/m"
chmod 644 "$T/m"
as $one sendmail you@me.example <"$T/m"; is "a stranger's mail while all is down" $? 0
as $two sendmail you@me.example <"$T/m"; is "another's" $? 0
as $two ls "$I/drop/new" >/dev/null 2>&1
is "he cannot list the drop" $? 2
f=$(ls "$I/drop/new" | head -1)
as $two cat "$I/drop/new/$f" >/dev/null 2>&1; a=$?
as $one cat "$I/drop/new/$f" >/dev/null 2>&1; b=$?
is "one of them can read it, who wrote it" "$((a + b))" 1
[ $a = 0 ] && other=$one || other=$two
as $other rm -f "$I/drop/new/$f" 2>/dev/null
[ -e "$I/drop/new/$f" ]; ok "the other one cannot remove it" $?
# he cannot be another, and blocks nobody
as $two python3 - "$I/drop/new" <<'X'
import os, sys
os.chdir(sys.argv[1])
def leave(n, text):
    with open("%d.%024x" % (n, n), "w") as f:
        f.write(text)
    os.chmod("%d.%024x" % (n, n), 0o644)
env = "uid 0\nuser root\nclient 1.2.3.4\nfrom x@me.example\nto you@me.example\n\n"
body = "Subject: number 2\n\nx\n"
leave(1, "%d:%s%s," % (len(env + body), env, body))
os.mkfifo("2.%024x" % 2, 0o666)
os.symlink("/etc/shadow", "3.%024x" % 3)
leave(4, "junk")
os.mkdir("5.%024x" % 5)
open("5.%024x/x" % 5, "w").close()
with open("6.%024x" % 6, "w") as f:
    os.truncate("6.%024x" % 6, 2 << 30)
env = "from x@me.example\nto you@me.example\n\n"
for i in range(50):
    leave(100 + i, "%d:%s%s," % (len(env + body), env, body))
X
is "he has left odd things" $? 0
sv up "$I/service/smtp" "$I/service/inject" "$I/service/drop" >/dev/null
wait_for 40 at_least 53 "$I/mail/you"; ok "all that is mail arrives" $?
logged() { tr '\t' '\n' <"$I/log/inject-final/current" | grep -cx "uid:$(id -u "$1")"; }
is "with the user who left it" "$(logged $one) $(logged $two)" "1 52"
is "and nothing that he claims" "$(grep -c 'client:1.2.3.4\|user:root' "$I/log/inject-final/current")" 0
is "the rest is set aside" "$(ls "$I/drop/bad" | cut -c 1-2 | tr '\n' ' ')" "2. 3. 4. 6. "
as $two ls "$I/drop/bad" >/dev/null 2>&1
is "where he cannot look" $? 2
out=$(audit); ok "log-audit" $?
stop_instance
is "no process is left" "$(pgrep -f "$I/" | wc -l)" 0
done_testing
