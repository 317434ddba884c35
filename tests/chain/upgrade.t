#!/bin/sh
# An instance that was made before there were drop/, sock/submit.sock and
# status/, with mail in it, and the commands of INSTALL that renew it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
export ROHRPOST_DIR
new_instance site --local me.example || exit 1
ROHRPOST_DIR=$I
# what it lacked then; $OLD_BIN, when there is one, makes a real one
if [ -n "${OLD_BIN-}" ]; then
	no_queue "$I/queue"; rm -rf "$I"
	"$OLD_BIN/rohrpost" init "$I" --local me.example --smtp "127.0.0.1:$port" >/dev/null
	sed -i "s|^PATH=.*|PATH=$PATH|" "$I"/service/*/run
else
	rm -rf "$I/drop" "$I/service/drop" "$I/status" "$I/log/drop"* "$I/service/.made"
	sed -i "s| -u [^ ]*submit.sock||; s| -s [^ ]*/status/throttle||" "$I"/service/*/run
fi
grep -rq 'submit\.sock\|status/throttle' "$I/service" && exit 1
echo me.example >"$I/conf/me"
echo 'ann: you' >>"$I/conf/aliases"
conf-build "$I/conf" >/dev/null 2>&1
mkdir -p "$I/mail/you/new" "$I/mail/you/cur" "$I/mail/you/tmp"
start_instance; ok "an old instance is up" $?
printf 'Subject: first\n\nx\n' | sendmail -f a@me.example you@me.example; is "it takes mail from sendmail" $? 0
wait_for 20 at_least 1 "$I/mail/you"; ok "which arrives" $?
queue-ctl "$I/queue" hold all >/dev/null
printf 'Subject: second\n\nx\n' | sendmail -f a@me.example ann@me.example
is "mail that waits" "$(queue-list -l "$I/queue" | wc -l)" 1
stop_instance
# of later versions: passwords of both kinds, and what sendmail has left
echo secret | rohrpost user-add "$I" ann
(umask 077 && echo 'relay ann secret' >"$I/secrets/login")
# and what the site has put into its services, and beside its commands
mkdir -p "$I/env" "$I/commands"
echo so >"$I/env/SITE_SAYS"
echo list >"$I/commands/members"
mkdir -p "$I/drop/new" "$I/drop/bad"
chmod 1733 "$I/drop/new"
printf 'Subject: left\n\nx\n' | sendmail -f a@me.example you@me.example; is "mail while nobody is up" $? 0
is "is left" "$(find "$I/drop/new" -type f | wc -l)" 1

# the commands, without those that start and stop it
sed -n '/^    mv DIR DIR.before/,/^    conf-build/p' "$top/INSTALL" |
	sed "s|DIR|$I|g; s|OPTIONS|--local me.example --smtp 127.0.0.1:$port|" >"$T/commands"
status "the commands of INSTALL" 0 sh -e "$T/commands"
for_sanitizers
grep -q '^postmaster:' "$I/conf/aliases" || echo 'postmaster: you' >>"$I/conf/aliases"
conf-build "$I/conf" >/dev/null 2>&1
start_instance; ok "the new instance is up" $?
waits() { [ "$(queue-list -l "$I/queue" | wc -l)" = 2 ]; }
wait_for 20 waits; ok "mail still waits, and what was left has come" $?
queue-ctl "$I/queue" release all >/dev/null
wait_for 20 at_least 3 "$I/mail/you"; ok "and arrives, with what was left" $?
is "the old mail is there, and by the old alias" "$(cat "$I"/mail/you/new/* | sed -n 's/^Subject: //p' | sort | tr '\n' ' ')" "first left second "
is "logins, here and elsewhere" "$(rohrpost user-list "$I") $(cat "$I/secrets/login")" "ann relay ann secret"
is "what the site has written" "$(cat "$I/env/SITE_SAYS" "$I/commands/members" | tr '\n' ' ')" "so list "
[ -S "$I/sock/submit.sock" ]; ok "sendmail's socket is there" $?
sv -w 7 down "$I/service/smtp" >/dev/null
printf 'Subject: third\n\nx\n' | sendmail -f a@me.example you@me.example; is "mail while it is down" $? 0
sv up "$I/service/smtp" >/dev/null
wait_for 20 at_least 4 "$I/mail/you"; ok "arrives afterwards" $?
out=$(log-audit "$I/queue" "$I.before"/log/*/ "$I"/log/*/); ok "log-audit over both logs" $?
stop_instance
done_testing
