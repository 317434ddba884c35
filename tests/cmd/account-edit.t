#!/bin/sh
# account-edit alone: what it makes, shows and refuses, and who hears of it
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
umask 022
mkdir -p i/service i/log
edit() { account-edit i "$@"; }
# without what differs from run to run
plain() { tr '\t' ' ' | sed 's/id:[0-9a-f]* /id:N /; s/ made:[0-9]*//; s/key:rp_[0-9a-f]*_[0-9a-f]*/key:K/; s/ by:[^ ]*//; s/revoked:[0-9]*/revoked:T/'; }

status "an instance without accounts" 100 edit org-list
is "is said" "$(cat err)" "account-edit: fatal: i has no accounts: rohrpost upgrade i --http ADDR:PORT"
mkdir -m 700 i/account

# organisations
status "nothing yet" 0 edit org-list
is "is a list, too" "$(cat out err)" ""
is "one" "$(edit org-add acme | plain)" "org:acme tenant:acme senders:* suspended:no"
is "with all that can be said" "$(edit org-add globex tenant=glob senders=@g.example,a@b.example | plain)" \
	"org:globex tenant:glob senders:@g.example,a@b.example suspended:no"
is "which lets nobody send" "$(edit org-add mute senders= | plain)" "org:mute tenant:mute senders: suspended:no"
status "one of the same name" 100 edit org-add ACME
is "is said" "$(cat err)" "account-edit: fatal: there is one of this name"
is "changed" "$(edit org-set Acme state=off senders=@acme.example | plain)" "org:acme tenant:acme senders:@acme.example suspended:yes"
is "what is not said stays" "$(edit org-set acme state=on | plain)" "org:acme tenant:acme senders:@acme.example suspended:no"
is "all, by name" "$(edit org-list | cut -f1 | tr '\n' ' ')" "org:acme org:globex org:mute "
status "one that is not there" 1 edit org-set nobody state=off
is "is said" "$(cat err)" "account-edit: fatal: there is no such organisation"
while read -r why words; do
	# shellcheck disable=SC2086
	status "$words" 100 edit $words
	like "is said" "$(tr -d "'" <err)" "$(echo "$why" | tr _ ' ')"
done <<'E'
organisations_name_is_none org-add a/b
organisations_name_is_none org-add .a
tenants_name_is_none org-add x tenant=a:b
senders_are_addresses org-add x senders=a
it_is_not_said_of_what org-add
that_this_act_does_not_take org-add x state=on
state_is_on_or_off org-set acme state=yes
there_is_no_such_act org-make x
E

# users
is "a user without a password" "$(edit user-add acme Bob readonly | plain)" "org:acme name:bob role:readonly disabled:no password:no"
is "and one with it" "$(echo secret | account-edit -p i user-add acme ann orgadmin | plain)" \
	"org:acme name:ann role:orgadmin disabled:no password:yes"
status "no password" 100 account-edit -p i user-add acme cyd user </dev/null
is "is said" "$(cat err)" "account-edit: fatal: no password on descriptor 0"
status "the longest" 0 sh -c "printf '%0256d\n' 0 | account-edit -p i user-add acme cyd user"
status "a longer one" 100 sh -c "printf '%0257d\n' 0 | account-edit -p i user-add acme dan user"
status "a NUL" 100 sh -c "printf 'a\\0b\n' | account-edit -p i user-add acme dan user"
status "a password where there is none" 100 sh -c "echo x | account-edit -p i org-list"
status "no such role" 100 edit user-add acme dan root
status "no such organisation" 1 edit user-add none dan user
status "no name" 100 edit user-add acme 'a b' user
status "the same name" 100 edit user-add ACME ANN user
is "in another organisation" "$(edit user-add globex ann user | plain)" "org:globex name:ann role:user disabled:no password:no"
is "changed" "$(edit user-set acme bob role=user state=off | plain)" "org:acme name:bob role:user disabled:yes password:no"
is "back" "$(edit user-set acme bob state=on | plain)" "org:acme name:bob role:user disabled:no password:no"
is "of one" "$(edit user-list acme | cut -f2 | tr '\n' ' ')" "name:ann name:bob name:cyd "
is "of all" "$(edit user-list | cut -f1,2 | tr '\t\n' '/ ')" "org:acme/name:ann org:acme/name:bob org:acme/name:cyd org:globex/name:ann "
status "of none" 1 edit user-list none
status "gone" 0 edit user-del acme cyd
status "no more" 1 edit user-del acme cyd
is "is said" "$(cat err)" "account-edit: fatal: there is no such user"

# keys
key=$(edit key-add acme user)
like "a key" "$key" '^id:[0-9a-f]{16}	.*	key:rp_[0-9a-f]{16}_[0-9a-f]{48}$'
is "and what it is" "$(echo "$key" | plain)" "id:N org:acme role:user scopes:send,read senders:* key:K"
is "another one" "$(edit key-add acme admin scopes=queue,read senders=a@acme.example clients=192.0.2.0/24,::1 expires=1900000000 rate=7 name=bob | plain)" \
	"id:N org:acme user:bob role:admin scopes:read,queue senders:a@acme.example clients:192.0.2.0/24,::1 expires:1900000000 rate:7 key:K"
is "of a user of another organisation" "$(edit key-add acme user name=globex/ann | plain)" \
	"id:N org:acme user:globex/ann role:user scopes:send,read senders:* key:K"
edit key-add newco readonly >out 2>err
is "its organisation is made" "$(plain <out)" "id:N org:newco role:readonly scopes:read senders:* key:K"
is "which is said" "$(cat err)" "account-edit: info: made organisation newco, which may send as anybody: account-edit i org-set newco senders=@DOMAIN"
status "a secret is shown once" 0 sh -c 'account-edit i key-list | grep -c key: | grep -qx 0'
secret=${key##*_}
is "and is nowhere in the file" "$(cat i/account/db* | grep -c "$secret")" 0
is "nor in the log" "$(cat i/log/acts/* | grep -c "$secret")" 0
while read -r why words; do
	# shellcheck disable=SC2086
	status "$words" 100 edit $words
	like "is said" "$(cat err)" "$(echo "$why" | tr _ ' ')"
done <<'E'
no_such_role key-add acme root
no_such_scope key-add acme user scopes=all
clients_are_addresses key-add acme user clients=localhost
expires_is_in_seconds key-add acme user expires=tomorrow
rate_is_1_to_1000000 key-add acme user rate=0
rate_is_1_to_1000000 key-add acme user rate=1000001
it_is_not_said_of_what key-add acme
or_twice key-add acme user rate=1 rate=2
E
status "the highest rate" 0 edit key-add acme user rate=1000000
status "a user that is not there" 1 edit key-add acme user name=eve
number=$(echo "$key" | sed 's/id:\([0-9a-f]*\).*/\1/')
like "revoked" "$(edit key-revoke "$number" | plain)" 'revoked:T$'
before=$(edit key-list acme | grep "$number")
is "again: it is" "$(edit key-revoke "$number")" "$before"
status "no such key" 1 edit key-revoke 0000000000000000
edit user-del acme bob >out
like "keys of a user who goes" "$(edit key-list acme | grep scopes:read,queue)" 'revoked:'
edit org-del acme >out
is "and of an organisation" "$(edit key-list | cut -f2)" org:newco

# who did what
is "each act is an event" "$(sed 's/.*	act:\([a-z-]*\)	.*what:\([^	]*\).*/\1 \2/; s/key [0-9a-f]*/key N/' i/log/acts/current | sed -n '1p; $p')" "org-add acme
org-del acme"
like "with who" "$(sed -n 1p i/log/acts/current)" "	ev:act	prog:account-edit	act:org-add	by:$(id -u)	user:$(id -un)	.*what:acme$"

# the file
is "is its user's alone" "$(stat -c %a i/account/db)" 600
chmod 644 i/account/db
status "others may read it" 111 edit org-list
is "is said" "$(cat err)" "account-edit: fatal: unable to use i/account/db: others may read it: chmod it to 0600"
chmod 600 i/account/db
status "no room" 111 sh -c 'ulimit -f 8; i=0; while [ $i -lt 200 ]; do account-edit i org-add o$i senders=$(printf "%04000d@x" 0) || exit; i=$((i + 1)); done'
like "is said" "$(cat err)" '^account-edit: fatal: (disk I/O error|database or disk is full|unable to use i/account/db: .*)$'
status "nothing is lost by it" 0 edit org-set globex state=off
is "and all is well" "$(python3 -c 'import sqlite3; print(sqlite3.connect("i/account/db").execute("PRAGMA integrity_check").fetchone()[0])')" ok
python3 -c 'import sqlite3; c = sqlite3.connect("i/account/db"); c.execute("PRAGMA user_version=2")'
status "a later version" 111 edit org-list
is "is said" "$(cat err)" "account-edit: fatal: unable to use i/account/db: it is of a later version: its form is 2, and 1 is known here"
echo no database of SQLite, and long enough to be one >i/account/db
rm -f i/account/db-wal i/account/db-shm
status "another file" 111 edit org-list
is "is said" "$(cat err)" "account-edit: fatal: unable to use i/account/db: file is not a database"
rm i/account/db; edit org-add acme >out

# bad usage, and what every program shows
status "no act" 100 account-edit i
status "no such option" 100 account-edit -x i org-list
status "a full output" 111 sh -c 'account-edit i org-list >/dev/full'
status "closed input" 111 sh -c 'account-edit i org-list <&-'
done_testing
