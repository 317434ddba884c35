#!/bin/sh
# Logs that are not written to, and services that a signal or their limit of
# memory ends: `status` says so, and no mail is lost.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site --local example.org || exit 1
start_instance; ok "up" $?
wait_for 10 rohrpost status "$I"; ok "all is well" $?
log_again() { sv -w 5 restart "$I/service/$1/log" >/dev/null 2>&1; }
said() { rohrpost status "$I" >"$T/out"; grep -q "$1" "$T/out"; }

# one of two folders: the logger goes on with the other
rm -r "$I/log/smtp"; : >"$I/log/smtp"
log_again smtp
wait_for 10 said "^  $I/log/smtp: is missing"; ok "no folder for a log: is said" $?
rm "$I/log/smtp"; mkdir "$I/log/smtp"
wait_for 10 said "^  $I/log/smtp: nothing is written to it, and what smtp says is lost"; ok "a new one that the logger does not know" $?
log_again smtp
wait_for 10 rohrpost status "$I"; ok "it does: all is well" $?
rm "$I/log/deliver-final/current"
wait_for 10 said "^  $I/log/deliver-final: nothing is written to it"; ok "a file that somebody has removed" $?
log_again deliver
wait_for 10 rohrpost status "$I"; ok "made again: all is well" $?
mv "$I/log/drop" "$T/drop"; mv "$I/log/drop-final" "$T/drop-final"
log_again drop
wait_for 10 said "^  drop: its log does not run, and soon the service will wait for it"; ok "none of its folders" $?
mv "$T/drop" "$T/drop-final" "$I/log/"
wait_for 20 rohrpost status "$I"; ok "there again: all is well" $?

# no last words
pid=$(cat "$I/service/inject/supervise/pid")
kill -KILL "$pid"
killed() { grep -aq 'inject: fatal: killed by signal 9' "$I/log/inject/current"; }
wait_for 10 killed; ok "which signal has killed a service stands in the log" $?
wait_for 10 rohrpost ping "$I"; ok "it is there again" $?
is "one that was told to end says nothing" "$(grep -ac 'killed by signal' "$I"/log/smtp/current)" 0

# too little memory for a scheduler to begin
case ${ASAN_OPTIONS-} in
'')
	cp "$I/service/deliver/run" "$T/run"
	sed -i 's/ -d [0-9]*/ -d 1700000/' "$I/service/deliver/run"
	sv -w 2 force-restart "$I/service/deliver" >/dev/null 2>&1
	wait_for 10 said "^  deliver: dies at once: \|^  deliver: died again\|^  deliver: dies and is started again: "; ok "a limit that is too small is said" $?
	like "with what it was" "$(cat "$T/out")" "^  deliver: d[^:]*: .*(fatal: out of memory|fatal: killed by signal|[Cc]annot allocate )"
	like "and what to do" "$(cat "$T/out")" "limit is the number behind -d of chpst"
	printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail you@example.org; ok "mail is taken meanwhile" $?
	cp "$T/run" "$I/service/deliver/run"
	sv -w 2 force-restart "$I/service/deliver" >/dev/null 2>&1
	wait_for 10 at_least 1 "$I/mail/you"; ok "and arrives when there is memory" $?
	wait_for 20 rohrpost status "$I"; ok "all is well" $?
	;;
esac
stop_instance
done_testing
