#!/bin/sh
# rohrpost init --http: who may is known by a service of its own, over a kill and a
# restart; keys are made by a word of rohrpost; and an instance gets it by upgrade.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
new_instance site --local site.example --user ann --http "127.0.0.1:$(free_port)" || exit 1
like "how a key is made is told" "$(cat "$T/init.out")" "^make the first key: rohrpost key-add $I ORGANISATION admin$"
is "the folder is for its user alone" "$(stat -c %a "$I/account")" 700
start_instance; ok "it is up" $?
asked() { printf 'id:1\task:who\tscheme:bearer\tkey:%s\n' "$1" | tap /dev/null "unix:$I/sock/account/sock"; }
rohrpost key-add "$I" acme admin >"$T/key" 2>"$T/told"
key=$(sed 's/.*key://' "$T/key")
like "its organisation is made" "$(cat "$T/told")" "made organisation acme, which may send as anybody"
wait_for 20 test -S "$I/sock/account/sock"; ok "there is somebody to ask" $?
like "the key is good" "$(asked "$key")" '	status:ok	org:acme	.*	role:admin	'
like "it is listed" "$(rohrpost key-list "$I")" '	org:acme	.*	role:admin	'
printf 'id:1\task:edit\tscheme:bearer\tkey:%s\tact:org-add\torg:globex\n' "$key" | tap /dev/null "unix:$I/sock/account/sock" >"$T/made"
like "an organisation over the socket" "$(cat "$T/made")" '	status:ok	json:.*globex'
like "both are acts" "$(cat "$I/log/acts/current")" '	act:key-add	.*what:acme key'
like "with who" "$(cat "$I/log/acts/current")" '	prog:account-check	act:org-add	.*what:globex	account:acme/'
like "status has it" "$(rohrpost status "$I" 2>&1)" 'account'

# killed: the supervisor starts it again, and nothing is forgotten
pid=$(sed -n 1p "$I/service/account/supervise/pid")
kill -KILL "$pid"
another() { [ "$(sed -n 1p "$I/service/account/supervise/pid")" != "$pid" ] && asked "$key" | grep -q status:ok; }
wait_for 20 another; ok "it is there again, and the key with it" $?
number=$(sed 's/id:\([0-9a-f]*\).*/\1/' "$T/key")
status "revoked" 0 rohrpost key-revoke "$I" "$number"
like "at once" "$(asked "$key")" 'status:no	text:the key was revoked'
stop_instance; ok "it comes down" $?

# an older instance
new_instance old --local site.example --user ann || exit 1
status "no accounts there" 100 rohrpost key-add "$I" acme admin
like "is said" "$(cat "$T/err")" "has no accounts: rohrpost upgrade $I --http ADDR:PORT"
status "upgrade" 0 rohrpost upgrade "$I" --http "127.0.0.1:$(free_port)"
like "tells how to begin" "$(cat "$T/out")" "^make the first key: rohrpost key-add $I ORGANISATION admin$"
[ -x "$I/service/account/run" ] && [ -d "$I/account" ]; ok "brings it" $?
status "a key" 0 rohrpost key-add "$I" acme user scopes=send
status "and again" 0 rohrpost upgrade "$I"
like "it is up to date" "$(cat "$T/out")" "is up to date"
status "no address" 100 rohrpost init "$T/other" --http here
done_testing
