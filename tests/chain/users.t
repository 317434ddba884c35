#!/bin/sh
# Root, with a user for each job: mail passes, and who reads from the
# network cannot write the queue.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_root
need_runit
chmod 755 "$T"
sink=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sink"
source() { python3 "$top/tests/tools/mailsource.py" "$port" a@example.org "$@"; }
new_instance site --users --ledger --local example.org --relay "127.0.0.1:$sink" --user b --user c --user first || exit 1
is "nothing of the templates is left" "$(cat "$I"/service/*/run "$I"/service/*/log/run | grep -c '@[A-Z]*@')" 0
is "a user for each service and log" "$(grep -L 'chpst .*-u rohr' "$I"/service/*/run "$I"/service/*/log/run)" ""
start_instance; ok "instance is up" $?
# smtp-recv may have come before the queue's socket; it looks again, later
# and later, and says 451 until then
wait_for 25 source first@example.org
ok "the queue is there" $?
status "mail by SMTP" 0 source b@example.org 20 5
wait_for 10 at_least 20 "$I/mail/b"; ok "arrives" $?
status "mail for elsewhere" 0 source x@example.net
wait_for 10 queue_empty; ok "leaves" $?
in_ledger() { python3 "$top/tests/tools/ledgerlines.py" "$I/ledger/current" | grep -q '^led:end'; }
wait_for 20 in_ledger; ok "and stands in the ledger" $?
chpst -u nobody cat "$I/ledger/current" >/dev/null 2>&1
is "which nobody else reads" $? 1
# who delivers runs since its first job
users=$(ps -eo user:20,args | grep "$I" | grep -v grep)
for p in smtp-recv:rohrsmtp queue-inject:rohrqueue queue-run:rohrqueue bounce:rohrqueue route:rohrroute throttle:rohrroute remote-send:rohrsend local-deliver:rohrlocal svlogd:rohrlog; do
	like "${p%:*} runs as ${p#*:}" "$users" "^${p#*:} .*${p%:*}( |\$)"
done
is "nothing but the supervision runs as root" "$(echo "$users" | grep '^root' | grep -vcE 'rohrpost up|runsvdir|sock-serve')" 0
for p in remote-send:rohrsend local-deliver:rohrlocal; do
	u=${p#*:} p=${p%:*}
	pid=$(pgrep -u $u -f "^([^ ]*/)?$p .*$I" | head -1)
	ls -l "/proc/$pid/fd" | grep -q "/results\.[0-9]"; ok "$p has the queue's record of results" $?
done
printf 'Subject: x\n\nx\n' >"$T/m"
chmod 644 "$T/m"
chpst -u nobody env ROHRPOST_DIR="$I" PATH="$PATH" sendmail c@example.org <"$T/m"; ok "sendmail of an unprivileged user" $?
wait_for 10 at_least 1 "$I/mail/c"; ok "arrives" $?
like "and is known by its user" "$(rohrpost log "$I" 500)" "ev:accepted.*uid:$(id -u nobody)"
# a table that root alone may read is none for them
for f in local.cdb me; do
	chmod 600 "$I/conf/$f"
	rohrpost status "$I" >"$T/out" 2>&1
	is "status, $f that only root may read" $? 1
	like "is said" "$(cat "$T/out")" "^  $I/conf/$f: none of the services may read it"
	chmod 644 "$I/conf/$f"
done
chown root:rohrsmtp "$I/conf/users.cdb"; chmod 640 "$I/conf/users.cdb"
rohrpost status "$I" >"$T/out" 2>&1; ok "one that some may read is well" $?
chown root:root "$I/conf/users.cdb"; chmod 644 "$I/conf/users.cdb"
# who may not see how it is does not hear that it is down
for v in status down restart up; do
	chpst -u nobody env PATH="$PATH" rohrpost $v "$I" >"$T/out" 2>"$T/err"
	is "rohrpost $v of an unprivileged user" "$? $(cat "$T/out" "$T/err")" \
		"100 rohrpost: fatal: $I was started by root: only that user and root may ask for its state, and change it"
done
for u in rohrsmtp rohrroute rohrsend rohrlocal:rohrlocal:rohrsend rohrprog nobody; do
	chpst -u $u touch "$I/queue/mess/00/x" 2>/dev/null
	is "$u cannot write the queue" $? 1
	chpst -u $u touch "$I/log/smtp/current" 2>/dev/null
	is "$u cannot write the log" $? 1
done
chpst -u rohrsmtp ls "$I/queue" >/dev/null 2>&1
ok "rohrsmtp cannot read the queue" $(($? == 0))
chpst -u rohrsmtp ls "$I/mail" >/dev/null 2>&1
ok "rohrsmtp cannot see whose mailboxes there are" $(($? == 0))
chpst -u rohrsmtp ls "$I/mail/b" >/dev/null 2>&1
ok "nor what is in one" $(($? == 0))
unknown() { swaks --silent 3 --quit-after RCPT --server "127.0.0.1:$port" --from a@x.test --to "$1@example.org" >/dev/null 2>&1; }
unknown new; is "but knows who is unknown" $? 24
rohrpost init "$I" --user new >/dev/null; ok "a user more" $?
is "belongs to who delivers" "$(stat -c %U "$I/mail/new" "$I/mail/new/cur" | tr '\n' ' ')" "rohrlocal rohrlocal "
unknown new; ok "and is known" $?
echo listed >>"$I/conf/users"; conf-build "$I/conf" 2>/dev/null
wait_for 5 unknown listed; ok "one of conf/users" $?
for u in root postmaster; do printf 'Subject: x\n\nx\n' | ROHRPOST_DIR=$I sendmail $u; done
wait_for 10 at_least 2 "$I/mail/root"; ok "root's mail is there" $?
chmod 700 "$I/mail" # rohrsmtp can no longer look
unknown b; is "what cannot be known is not taken" $? 24
# svlogd may write after the answer
last_code() { grep -h ev:rejected "$I"/log/smtp/current | tail -1 | grep -qw "code:$1"; }
wait_for 10 last_code 451; ok "nor refused for good" $?
chmod 711 "$I/mail"
wait_for 10 queue_empty; ok "the queue is empty" $?
out=$(audit); ok "log-audit" $?
stop_instance
gone() { ! pgrep -f "$I/"; }
wait_for 8 gone # the loggers end last
left=$(pgrep -af "$I/")
is "no process is left" "$left" ""

# a service more, with a user of its own; root writes in his folder with his rights
echo hush >"$T/login"
status "shared limits" 0 rohrpost upgrade "$I" --share "unix:$T/nobody" --machines 2 --share-login "$T/login"
is "belong to a user" "$(stat -c '%U:%G %a' "$I/share" "$I/share/login" "$I/sock/share" | tr '\n' ' ')" "rohrshare:rohrshare 700 rohrshare:rohrshare 600 rohrshare:rohrroute 710 "
grep -q 'chpst -u rohrshare throttle-share -m 666 ' "$I/service/share/run" && grep -q " throttle -S $I/sock/share/sock " "$I/service/chain/run"
ok "and are asked for" $?
echo other >"$T/login"
chpst -u rohrshare ln -s "$I/conf/mine" "$I/share/login.new"
status "a link in his folder" 111 rohrpost upgrade "$I" --share-login "$T/login"
[ ! -e "$I/conf/mine" ]; ok "leads root nowhere" $?
chpst -u rohrshare rm "$I/share/login.new"
status "without it" 0 rohrpost upgrade "$I" --share-login "$T/login"
is "there is another password" "$(stat -c '%U %a' "$I/share/login") $(cat "$I/share/login")" "rohrshare 600 other"
done_testing
