#!/bin/sh
# The table of doc/PRIVILEGES.md, cell by cell, and that mail goes in, out and
# through commands in the instance it is tried on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_root
need_runit
chmod 755 "$T"
sink=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$sink" "$T/sunk"
echo hush >"$T/login"
umask 077 # nothing depends on it
tls-cert self "$T/client.pem" client.example.org
new_instance site --users --client-cert "$T/client.pem" --client-key "$T/client.pem" --submission "127.0.0.1:$(free_port)" --submissions "127.0.0.1:$(free_port)" --tls-report tls@example.org --ship "file file $T/shipped/%F" --feedback back.example.org --suppress --accept-limits --http "127.0.0.1:$(free_port)" --share "unix:$T/nobody" --machines 2 --share-login "$T/login" --srs srs.example.org --unsub "127.0.0.1:$(free_port)" --auth --sign example.org --local example.org --relay "127.0.0.1:$sink" --user ann --user bob --user cmd || exit 1
umask 022
cat >>"$I/conf/aliases" <<X
prog: |id -un; pwd; cat >got; ls $I/queue $I/mail $I/mail/ann $I/keys $I/log >seen 2>&1; cat $I/queue/mess/*/* >>seen 2>/dev/null; echo done >>seen
X
conf-build "$I/conf" || exit 1
echo secret | rohrpost user-add "$I" ann; ok "a login" $?
start_instance; ok "instance is up" $?
wait_for 25 python3 "$top/tests/tools/mailsource.py" "$port" a@example.org ann@example.org
ok "mail by SMTP" $?
wait_for 10 at_least 1 "$I/mail/ann"; ok "is in the mailbox" $?
printf 'From: ann@example.org\nSubject: out\n\nx\n' | ROHRPOST_DIR=$I sendmail -f ann@example.org x@example.net
sunk() { grep -qs "$1" "$T/sunk"; }
wait_for 10 sunk "^Subject: out"; ok "mail goes out" $?
sunk "^DKIM-Signature:"; ok "signed" $?
printf 'bob@example.org\nx@example.net\n' >"$I/mail/ann/forward"
chown rohrlocal "$I/mail/ann/forward"
printf 'Subject: fwd\n\nx\n' | ROHRPOST_DIR=$I sendmail ann@example.org
wait_for 10 at_least 1 "$I/mail/bob"; ok "forwarded mail is in the other mailbox" $?
wait_for 10 sunk "^Subject: fwd"; ok "and goes out" $?
printf 'Subject: p\n\nx\n' | ROHRPOST_DIR=$I sendmail prog@example.org
wait_for 10 grep -qs done "$I/commands/seen"; ok "a command runs" $?
is "on its message" "$(grep -c '^Subject: p' "$I/commands/got")" 1
is "and sees neither queue nor mailboxes nor keys nor log" "$(grep -vc 'Permission denied' "$I/commands/seen")" 1
like "as another user" "$(rohrpost log "$I" 500)" "ev:sent.*prog@example.org.*text:command: rohrprog.n$I/commands"
printf 'Subject: b\n\nx\n' | ROHRPOST_DIR=$I sendmail -f bob@example.org none@example.org
wait_for 10 at_least 2 "$I/mail/bob"; ok "a report comes back" $?
wait_for 10 queue_empty; ok "the queue is empty" $?
audit >"$T/audit"; ok "log-audit" $?

# something to read in each place
mess() { find "$I/queue/mess" -type f | head -1; }
no_file() { [ -z "$(mess)" ]; }
wait_for 15 no_file; ok "what is finished is gone" $?
queue-ctl "$I/queue" hold all >/dev/null
printf 'Subject: held\n\nx\n' | ROHRPOST_DIR=$I sendmail ann@example.org
waiting() { [ -n "$(mess)" ]; }
wait_for 10 waiting; ok "a message waits" $?

(umask 077 && echo 'relay user password' >"$I/secrets/login" && chown rohrsend:rohrsend "$I/secrets/login")

# the file of an object that is read, the folder in which one is made
file_of() {
	case $1 in
	queue) mess ;;
	mail) find "$I/mail/ann" -type f -name '[0-9]*' | head -1 ;;
	tls) echo "$I/tls/self.pem" ;;
	tls-client) echo "$I/tls-client/client.pem" ;;
	logins) echo "$I/logins/passwd" ;;
	secrets) echo "$I/secrets/login" ;;
	keys) find "$I/keys/example.org" -name '*.pem' | head -1 ;;
	log) echo "$I/log/smtp/current" ;;
	drop) echo "$I/drop/new" ;; # the names in it
	status) echo "$I/status" ;;
	sts) echo "$I/sts" ;;
	reports) echo "$I/reports/tls/lock" ;;
	commands) echo "$I/commands/got" ;;
	tokens) echo "$I/tokens/keys" ;;
	srs) echo "$I/srs/keys" ;;
	unsub) echo "$I/unsub/facts" ;;
	ship) echo "$I/ship" ;;
	feedback) echo "$I/feedback" ;;
	suppress) echo "$I/suppress" ;;
	share) echo "$I/share/login" ;;
	limit) echo "$I/limit/counts" ;;
	account) echo "$I/account/db" ;;
	esac
}
folder_of() {
	case $1 in
	queue) dirname "$(mess)" ;;
	mail) echo "$I/mail/ann/new" ;;
	keys) echo "$I/keys/example.org" ;;
	log) echo "$I/log/smtp" ;;
	drop) echo "$I/drop/bad" ;;
	*) echo "$I/$1" ;;
	esac
}
socket_of() {
	case $1 in
	ctl) echo "$I/queue/ctl" ;;
	*) echo "$I/sock/$1/sock" ;;
	esac
}
cat >"$T/try.py" <<'P'
import os, socket, sys
def attempt(what, path):
    if what == "reads":
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
    elif what == "writes":
        p = path + "/try"
        os.close(os.open(p, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)); os.unlink(p)
    elif what == "changes":
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
    else:
        s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(path)
for line in sys.stdin:
    name, what, path = line.split()
    try:
        attempt(what, path)
        print(" %s:yes" % name, end="")
    except PermissionError:
        print(" %s:no" % name, end="")
    except FileNotFoundError:
        print(" %s:not there" % name, end="")
P
# try_all USER GROUPS: lines NAME WHAT PATH on descriptor 0
try_all() { chpst -u "$1:$2" python3 -B "$T/try.py"; }
has() { case " $1 " in *" $2 "*) echo yes ;; *) echo no ;; esac; }
# what is tried, for everybody alike
for o in queue mail keys tls tls-client sts logins secrets log drop reports status commands tokens srs unsub ship feedback suppress share limit account; do echo "$o reads $(file_of $o)"; done >"$T/reads"
for o in queue mail keys tls tls-client sts logins secrets log drop reports status commands tokens srs unsub ship feedback suppress share limit account sock sock/limit sock/account sock/rcpt sock/chain sock/local sock/send sock/command sock/sign sock/tls sock/tlsout sock/sts sock/auth sock/listen sock/feedback sock/share sock/inject sock/submit conf service service/smtp .; do
	echo "$o writes $(folder_of $o)"
done >"$T/writes"
for o in queue mail keys tls tls-client logins secrets log tokens srs share limit account; do echo "$o changes $(file_of $o)"; done >>"$T/writes"
for o in chain local send command sign tls tlsout sts auth listen rcpt feedback share limit account ctl; do echo "$o connects $(socket_of $o)"; done >"$T/connects"
printf 'conf reads %s\nservice reads %s\nsubmit connects %s\ninject connects %s\n' "$I/conf/me" "$I/service/smtp/run" "$(socket_of submit)" "$(socket_of inject)" >"$T/all"
# wanted FILE ALLOWED: what try_all says when just that is allowed
wanted() { while read -r o _; do printf ' %s:%s' "$o" "$(has "$2" "$o")"; done <"$1"; }
cells() { # USER GROUPS READS WRITES CONNECTS
	is "$1 reads: ${3:-nothing}" "$(try_all "$1" "$2" <"$T/reads")" "$(wanted "$T/reads" "$3")"
	is "$1 writes: ${4:-nothing}" "$(try_all "$1" "$2" <"$T/writes")" "$(wanted "$T/writes" "$4")"
	is "$1 connects to: ${5:-nothing}" "$(try_all "$1" "$2" <"$T/connects")" "$(wanted "$T/connects" "$5")"
	is "$1 may what all may" "$(try_all "$1" "$2" <"$T/all")" "$(wanted "$T/all" "conf service submit inject")"
	case $5 in *ctl*)
		may=100
		[ "$1" != rohrqueue ] || may=0
		status "$1 gives orders: $may" $may chpst -u "$1:$2" queue-ctl "$I/queue" hold all ;;
	esac
}
grep '^| .* | rohr' "$top/doc/PRIVILEGES.md" | sed 's/^| //; s/ *| */|/g' >"$T/rows"
is "the table's rows" "$(wc -l <"$T/rows")" 23
while IFS='|' read -r services programs user groups reads writes connects _; do
	cells "$user" "$(echo "$groups" | tr ' ' :)" "$reads" "$writes" "$connects"
	for p in $(echo "$programs" | tr -d ,); do
		# a program may have several users, each with a row of his own
		awk -F'|' -v p="$p" '{ n = split($2, a, /[ ,]+/); for (i = 1; i <= n; i++) if (a[i] == p) print $3 }' "$T/rows" | sort -u >"$T/users-of"
		who=$(ps -eo user:20,args | grep "$I" | awk -v p="$p" '$2 == p || $2 ~ "/" p "$" { print $1 }' | sort -u)
		echo "$who" | sort -u | comm -23 - "$T/users-of" >"$T/others"
		[ -z "$who" ] || is "$p runs as $user" "$(cat "$T/others")" ""
	done
	for s in $(echo "$services" | tr -d ,); do
		case $s in all:* | log/run) continue ;; esac
		grep -Eq -- "-u $user(:| |\$)" "$I/service/$s/run"; ok "service $s is run as $user" $?
	done
done <"$T/rows"
cells nobody nogroup "" "" ""
out=$(find "$I" -maxdepth 3 -perm -002 ! -type l ! -type s ! -path "$I/drop/new")
is "nothing in it may be written by everybody" "$out" ""
queue-ctl "$I/queue" release all >/dev/null
stop_instance
done_testing
