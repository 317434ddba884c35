#!/bin/sh
# What is done with an instance stands in its log, by whom, whether or not it runs,
# and is shipped with the rest
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
cd "$T" || exit 1
me=$(id -u) name=$(id -un)
# acts: the program and what it did, of all that was done since the last time
echo 0 >told
acts() {
	sed -n "$(($(cat told) + 1)),\$p" "$I/log/acts/current" >now
	echo $(($(cat told) + $(wc -l <now))) >told
	sed "s/^ts:[^	]*	ev:act	prog:\([^	]*\)	act:\([^	]*\)	by:$me	user:$name	\(login:[^	]*	\)*pid:[0-9]*/\1 \2/; s/\(was\|now\):[0-9a-f]*$/\1/" now | tr '\t' ' '
}
new_instance other || exit 1
other=$I
new_instance site --ship "all file $T/all.ltsv" || exit 1
is "init" "$(acts)" "log-act init"
rohrpost init "$I" --user joe >out
is "a mailbox" "$(acts)" "log-act mailbox-add what:joe"
echo secret | rohrpost user-add "$I" ann
rohrpost user-list "$I" >out
rohrpost user-del "$I" ann
is "logins" "$(acts)" "auth-user login-add what:ann
auth-user login-del what:ann"
rohrpost upgrade "$I" -n --suppress >out
is "who only looks" "$(acts)" ""
rohrpost upgrade "$I" --suppress >out
is "another service" "$(acts)" "log-act upgrade what:--suppress"
rm "$I/conf/local"; echo example.org >"$I/conf/local"
rohrpost reload "$I" >out
like "another table" "$(acts | tr '\n' ';')" '^log-act reload;conf-build conf what:local was:[0-9a-f]* now;$'
suppress add "$I/suppress" nobody@example.org
is "a list" "$(acts)" "suppress suppress-add what:nobody@example.org tenant: stream:* reason:manual"

start_instance; ok "it is up" $?
is "which is told" "$(acts)" "log-act up"
rohrpost restart "$I" smtp
is "a service anew" "$(acts)" "log-act restart what:smtp"
bg rohrpost trace "$I" site:example.org >out 2>&1
traced() { grep -q '	act:trace	.*	what:site:example.org$' "$I/log/acts/current"; }
wait_for 20 traced; ok "connections word for word" $?
acts >out
shipped() { [ "$(grep -c '	ev:act	' "$T/all.ltsv")" -ge "$(cat told)" ]; }
wait_for 20 shipped; ok "all of it is shipped" $?
is "in its order" "$(grep -o '	act:[^	]*' "$T/all.ltsv" | cut -d : -f 2 | tr '\n' ' ')" \
	"init mailbox-add login-add login-del upgrade reload conf suppress-add up restart trace "
like "and shown" "$(rohrpost log "$I" 1000)" '	ev:act	prog:log-act	act:up	'
audit >out; is "an audit is not disturbed" "$?$(grep -v '^log:' out | head -n 3)" "$(log-audit "$I/queue" "$I"/log/*-final >out; echo "$?$(grep -v '^log:' out)")"
stop_instance
is "down, and the end of up" "$(acts | tr '\n' ' ')" "log-act down log-act up-end "
is "another instance has none of it" "$(wc -l <"$other/log/acts/current")" 1

# who may not write it acts all the same
rm -rf "$I/log/acts"; : >"$I/log/acts"
status "what cannot be logged" 0 rohrpost upgrade "$I"
like "is said" "$(cat err)" "^log-act: warning: unable to log this act in $I/log/acts: Not a directory"
rm "$I/log/acts"
# made by an older version
status "a log that is not there yet" 0 rohrpost upgrade "$I"
echo 0 >told
is "is made" "$(acts)" "log-act upgrade"

# as root with users: as the log's owner, and as who it is
need_root
chmod 755 "$T"
new_instance users --users --suppress --ship "all file $T/all.ltsv" || exit 1
echo 0 >told
acts >out
suppress add "$I/suppress" nobody@example.org
echo secret | rohrpost user-add "$I" ann
is "root" "$(acts)" "suppress suppress-add what:nobody@example.org tenant: stream:* reason:manual
auth-user login-add what:ann"
is "writes as the log's owner" "$(stat -c %U:%G:%a "$I/log/acts" "$I/log/acts/current" | tr '\n' ' ')" "rohrlog:rohrlog:750 rohrlog:rohrlog:640 "
chpst -u rohrship:rohrship:rohrlog cat "$I/log/acts/current" >/dev/null; ok "who ships reads it" $?
done_testing
