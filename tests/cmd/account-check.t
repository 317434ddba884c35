#!/bin/sh
# account-check by what is written to its socket: keys, passwords, signatures, and
# changes by who may make them
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
umask 022
mkdir -p i/service i/log
mkdir -m 700 i/account
edit() { account-edit i "$@"; }
serve() {
	bg account-check -i i -n 2 -l "$T/sock" i/account 2>>err
	server=$bg_pid
	wait_for 10 test -S sock
}
gone() { ! kill -0 "$1" 2>/dev/null; }
again() {
	kill "-$1" "$server"
	wait_for 10 gone "$server"
	[ "$1" = TERM ] || rm -f sock
	serve
}
# say LINE...: questions, with blanks for TABs; the answers
say() { printf '%s\n' "$@" | tr ' ' '\t' | tap /dev/null "unix:$T/sock" | tr '\t' ' '; }
# key ORG ROLE WORD...: a key that is made
key() { edit key-add "$@" 2>/dev/null | sed 's/.*key://'; }
number() { k=${1#rp_}; echo "${k%_*}"; }
bearer() { say "id:1 ask:who scheme:bearer key:$*"; }
# login USER PASSWORD [MORE]
login() { say "id:1 ask:who scheme:basic user:$1 password:$2${3:+ $3}"; }
# json: the answer to an edit
json() { sed -n 's/.* json://p' | sed 's/\\\\/\\/g'; }
# by KEY ACT...: an edit by who has this key
by() { k=$1; shift; say "id:1 ask:edit scheme:bearer key:$k act:$*"; }
# shown: without what differs from run to run
shown() { sed 's/"made":[0-9]*/"made":T/; s/"id":"[0-9a-f]*"/"id":N/; s/rp_[0-9a-f]*_[0-9a-f]*/KEY/; s/"revoked":[0-9][0-9]*/"revoked":T/; s/"used":[0-9][0-9]*/"used":T/'; }

edit org-add acme tenant=acme-mail senders=@acme.example,x@other.example >/dev/null
edit org-add globex >/dev/null
k=$(key acme user)
serve

# keys
is "a key" "$(bearer "$k ip:192.0.2.1")" \
	"id:1 status:ok org:acme key:$(number "$k") role:user scopes:send,read tenant:acme-mail senders:@acme.example,x@other.example"
is "as name and password" "$(login "$(number "$k")" "$k" | cut -d' ' -f2-4)" "status:ok org:acme key:$(number "$k")"
is "another secret" "$(bearer "${k%?}$(echo "$k" | sed 's/.*\(.\)$/\1/' | tr 0-9a-f 1-9a-f0)")" "id:1 status:no text:the key's secret is wrong"
is "another number" "$(bearer "rp_0000000000000000_${k##*_}")" "id:1 status:no text:there is no such key"
is "something else" "$(bearer "secret")" "id:1 status:no text:it is no key"
is "nothing" "$(bearer "")" "id:1 status:no text:it is no key"
is "too long" "$(bearer "$(printf '%0200d' 0)")" "id:1 status:no text:key: too long"
is "no such scheme" "$(say 'id:1 ask:who scheme:digest')" "id:1 status:no text:no such scheme"
s=$(key acme orgadmin senders=a@acme.example,x@other.example,@none.example clients=192.0.2.0/24 scopes=read)
is "senders that both let, and scopes" "$(bearer "$s ip:192.0.2.1" | cut -d' ' -f5-)" \
	"role:orgadmin scopes:read tenant:acme-mail senders:x@other.example,a@acme.example"
is "from elsewhere" "$(bearer "$s ip:192.0.3.1")" "id:1 status:no text:the key is not for this address"
is "one that has expired" "$(bearer "$(key acme user expires=1000000000)")" "id:1 status:no text:the key has expired"
is "one that will" "$(bearer "$(key acme user expires=4000000000)" | cut -d' ' -f2)" status:ok
edit org-set acme state=off >/dev/null
is "suspended" "$(bearer "$k")" "id:1 status:off text:the organisation is suspended"
edit org-set acme state=on >/dev/null
is "and not" "$(bearer "$k" | cut -d' ' -f2)" status:ok
edit key-revoke "$(number "$s")" >/dev/null
is "revoked: from the next question on" "$(bearer "$s ip:192.0.2.1")" "id:1 status:no text:the key was revoked"
r=$(key acme user rate=2)
is "a rate, and what is above it" "$(say "id:1 ask:who scheme:bearer key:$r" "id:2 ask:who scheme:bearer key:$r" "id:3 ask:who scheme:bearer key:$r" | cut -d' ' -f1-3 | tail -1)" \
	"id:3 status:slow wait:1"

# passwords
echo secret | account-edit -p i user-add acme ann orgadmin >/dev/null
echo other | account-edit -p i user-add globex bob user >/dev/null
edit user-add acme mute user >/dev/null
is "a password" "$(login ann secret)" \
	"id:1 status:ok org:acme user:ann role:orgadmin scopes:send,read,queue,config,accounts tenant:acme-mail senders:@acme.example,x@other.example"
is "with the organisation" "$(login ACME/Ann secret | cut -d' ' -f3,4)" "org:acme user:ann"
is "another one" "$(login ann Secret)" "id:1 status:no text:the user or his password is wrong"
is "of nobody" "$(login eve secret)" "id:1 status:no text:the user or his password is wrong"
is "of who has none" "$(login mute '')" "id:1 status:no text:the user or his password is wrong"
is "of another organisation" "$(login globex/ann secret)" "id:1 status:no text:the user or his password is wrong"
edit user-add globex ann user >/dev/null
is "a name that two have" "$(login ann secret)" "id:1 status:no text:the user or his password is wrong"
is "is theirs with the organisation alone" "$(login acme/ann secret | cut -d' ' -f2)" status:ok
edit user-del globex ann >/dev/null
edit user-set acme ann state=off >/dev/null
is "disabled" "$(login ann secret)" "id:1 status:no text:the user is disabled"
edit user-set acme ann state=on >/dev/null
echo new | account-edit -p i user-set acme ann >/dev/null
is "the old password, at once" "$(login ann secret | cut -d' ' -f2)" status:no
is "and the new one" "$(login ann new | cut -d' ' -f2)" status:ok
is "keys wait for no password" "$(say 'id:1 ask:who scheme:basic user:bob password:x' "id:2 ask:who scheme:bearer key:$k" | cut -d' ' -f1,2 | tr '\n' ' ')" \
	"id:2 status:ok id:1 status:no "

# guesses: those of an address, by key and by password
guess() { for n in 1 2 3 4 5 6 7 8; do echo "id:$n ask:who scheme:bearer key:rp_000000000000000${n}_$(printf %048d 0) ip:198.51.100.7"; done; }
guess >guesses
is "some are free" "$(say "$(cat guesses)" | cut -d' ' -f1,2 | head -6 | tr '\n' ' ')" \
	"id:1 status:no id:2 status:no id:3 status:no id:4 status:no id:5 status:no id:6 status:no "
like "more are slowed" "$(say "$(cat guesses)" | tail -1)" '^id:8 status:slow wait:5 text:too many were wrong$'
is "a key that is right is not" "$(bearer "$k ip:198.51.100.7" | cut -d' ' -f2)" status:ok
is "nor is another address" "$(bearer "x ip:203.0.113.7" | cut -d' ' -f2)" status:no

# signatures
sign() { # NUMBER SECRET TIME NONCE: a question
	python3 - "$@" <<'P'
import hashlib, hmac, sys
number, secret, time, nonce = sys.argv[1:5]
text = "POST\n/v1/messages?wait=1\n%s\n%s\n%s" % (time, nonce, hashlib.sha256(b"{}").hexdigest())
key = hashlib.sha256(secret.encode()).hexdigest()
print("id:1 ask:who scheme:hmac key:%s time:%s nonce:%s text:%s sum:%s" % (number, time, nonce, text.replace("\n", "\\n"),
    hmac.new(key.encode(), text.encode(), "sha256").hexdigest()))
P
}
secret=${k##*_}
now=$(date +%s)
is "signed" "$(say "$(sign "$(number "$k")" "$secret" "$now" 00000000000000aa)" | cut -d' ' -f2-4)" "status:ok org:acme key:$(number "$k")"
is "again" "$(say "$(sign "$(number "$k")" "$secret" "$now" 00000000000000aa)")" "id:1 status:no text:the nonce was used before"
is "with another nonce" "$(say "$(sign "$(number "$k")" "$secret" "$now" 00000000000000ab)" | cut -d' ' -f2)" status:ok
is "that the text has not" "$(say "$(sign "$(number "$k")" "$secret" "$now" 00000000000000ac | sed 's/nonce:[0-9a-f]*/nonce:00000000000000ad/')")" \
	"id:1 status:no text:what is signed has another time or nonce"
is "another secret" "$(say "$(sign "$(number "$k")" "0$secret" "$now" 00000000000000ae)")" "id:1 status:no text:the signature is wrong"
is "which costs no nonce" "$(say "$(sign "$(number "$k")" "$secret" "$now" 00000000000000ae)" | cut -d' ' -f2)" status:ok
is "long ago" "$(say "$(sign "$(number "$k")" "$secret" $((now - 301)) 00000000000000af)")" "id:1 status:no text:the time of the signature is not now"
is "before it began" "$(say "$(sign "$(number "$k")" "$secret" $((now - 100)) 00000000000000b0)")" "id:1 status:no text:it was signed before we began"

# edits
admin=$(key globex admin) orgadmin=$(key acme orgadmin name=ann) user=$(key acme user) operator=$(key globex operator)
is "an organisation's administrator sees his own" "$(by "$orgadmin" org-list | json | shown)" \
	'[{"org":"acme","tenant":"acme-mail","senders":["@acme.example","x@other.example"],"suspended":false,"made":T}]'
is "an administrator all" "$(by "$admin" org-list | json | grep -o '"org":"[a-z]*"' | tr '\n' ' ')" '"org":"acme" "org":"globex" '
is "a user is made" "$(by "$orgadmin" user-add name:cyd role:user secret:pass | json | shown)" \
	'{"org":"acme","name":"cyd","role":"user","disabled":false,"password":true,"made":T}'
is "and logs in" "$(login cyd pass | cut -d' ' -f2-4)" "status:ok org:acme user:cyd"
is "with another password then" "$(by "$orgadmin" user-set name:cyd secret:word >/dev/null; login cyd pass | cut -d' ' -f2; login cyd word | cut -d' ' -f2)" "status:no
status:ok"
is "a key is made" "$(by "$orgadmin" key-add role:user scopes:send | json | shown)" \
	'{"id":N,"org":"acme","user":"ann","by":"acme/ann","role":"user","scopes":["send"],"senders":["*"],"clients":[],"expires":null,"rate":null,"made":T,"used":null,"revoked":null,"key":"KEY"}'
made=$(by "$orgadmin" key-add role:orgadmin | json | sed 's/.*"key":"\([^"]*\)".*/\1/')
is "which is good" "$(bearer "$made" | cut -d' ' -f2-6)" "status:ok org:acme user:ann key:$(number "$made") role:orgadmin"
edit user-set acme ann role=readonly >/dev/null
is "it has no more than who has it" "$(bearer "$made" | cut -d' ' -f6)" role:readonly
edit user-set acme ann role=orgadmin state=off >/dev/null
is "and is his" "$(bearer "$made")" "id:1 status:no text:the user is disabled"
edit user-set acme ann state=on >/dev/null
like "revoked" "$(by "$orgadmin" "key-revoke name:$(number "$made")" | json | shown)" '"revoked":T'
is "it is no more" "$(bearer "$made" | cut -d' ' -f2)" status:no

# who may not: each asks what the first may not ask, and what nobody may
boss=$(key acme admin) narrow=$(key acme orgadmin scopes=accounts)
edit user-add acme chief admin >/dev/null
while read -r want who words; do
	eval "k=\$$who"
	# shellcheck disable=SC2154
	is "$who: $words" "$(by "$k" "$words" | cut -d' ' -f2)" "status:$want"
done <<E
denied user user-list
denied user key-add role:user
denied user org-list
denied operator key-add role:readonly
denied operator user-list
denied orgadmin org-add org:x
denied orgadmin org-set org:acme senders:*
denied orgadmin org-del org:acme
denied orgadmin user-list org:globex
denied orgadmin user-add org:globex name:x role:user
denied orgadmin key-add org:globex role:user
denied orgadmin user-add name:x role:admin
denied orgadmin user-add name:x role:operator
denied orgadmin user-set name:chief secret:x
denied orgadmin user-set name:chief state:off
denied orgadmin user-del name:chief
denied orgadmin user-set name:cyd role:admin
denied orgadmin key-add role:admin
denied orgadmin key-add role:operator
denied orgadmin key-revoke name:$(number "$boss")
none orgadmin key-revoke name:$(number "$admin")
none orgadmin key-revoke name:0000000000000000
none orgadmin user-del name:nobody
taken orgadmin user-add name:cyd role:user
denied narrow key-add role:user scopes:send
ok narrow key-add role:orgadmin
denied narrow key-add role:user
bad orgadmin key-add role:user name:cyd
bad orgadmin key-add role:root
bad orgadmin key-add
bad orgadmin user-add role:user
bad orgadmin user-add name:a/b role:user
bad orgadmin nothing
bad admin org-add
taken admin org-add org:ACME
ok admin org-add org:third
denied admin org-del org:globex
none admin org-del org:fourth
ok admin org-del org:third
ok admin user-set org:acme name:cyd state:off
ok admin key-revoke name:$(number "$boss")
E
is "acts are logged with who" "$(grep -c 'act:user-add	.*account:acme/ann$' i/log/acts/current)" 1
like "or with the key" "$(grep 'act:org-add	' i/log/acts/current | tail -1)" "	prog:account-check	.*	what:third	account:globex/$(number "$admin")$"
is "no act that was refused" "$(grep -c 'what:globex	account' i/log/acts/current)" 0

# lists that go on
i=0
while [ $i -lt 12 ]; do
	edit org-add "many$i" "senders=$(printf '%04000d@x' 0)" >/dev/null
	i=$((i + 1))
done
after= got=
while :; do
	by "$admin" "org-list${after:+ after:$after}" >answer
	got="$got$(json <answer | grep -o '"org":"many[0-9]*"' | tr -d '\n')"
	after=$(sed -n 's/.* next://p' answer)
	turns=${turns:-}x
	[ -n "$after" ] || break
done
is "each of them once" "$(echo "$got" | tr -d '":' | sed 's/org/ /g' | tr ' ' '\n' | sort -u | grep -c many)" 12
like "in more than one answer" "$turns" xx
is "and no more" "$(echo "$got" | grep -o many | wc -l | tr -d ' ')" 12

# other words, and who has gone
is "other words end the connection" "$(say 'ask:who')" ''
say 'hello' >/dev/null
is "which is told once" "$(grep -c 'another protocol' err)" 1
printf 'id:1\task:who\tscheme:basic\tuser:bob\tpassword:other\n' >q
python3 - sock <<'P'
import socket
for i in range(5):
    s = socket.socket(socket.AF_UNIX)
    s.connect("sock")
    s.send(open("q", "rb").read())
    s.close()
P
is "who has gone troubles nobody" "$(login bob other | cut -d' ' -f2)" status:ok

# many at once, and changes meanwhile
cat >load.py <<'P'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect("sock")
n, good = 3000, 0
q = "".join("id:%d\task:who\tscheme:bearer\tkey:%s\n" % (i + 1, sys.argv[1]) for i in range(n)).encode()
import threading
threading.Thread(target=s.sendall, args=(q,)).start()
b, seen = s.makefile("rb"), set()
for i in range(n):
    l = b.readline().split(b"\t")
    seen.add(l[0]); good += l[1] == b"status:ok"
print(len(seen), good)
P
bg python3 load.py "$orgadmin" >loaded
loading=$bg_pid
for n in 1 2 3 4 5; do edit user-add acme "load$n" user >/dev/null; done
wait "$loading"
is "each is answered, and right" "$(cat loaded)" "3000 3000"

# what is kept over an end, and a kill
fresh=$(key acme user)
bearer "$fresh" >/dev/null
again TERM
like "when a key was used" "$(edit key-list acme | grep "$(number "$fresh")")" '	used:[0-9]+'
left=$(by "$admin" key-add role:user org:acme | json | sed 's/.*"key":"\([^"]*\)".*/\1/')
again KILL
is "what was answered is there after a kill" "$(bearer "$left" | cut -d' ' -f2)" status:ok

# without an instance
kill "$server"; wait_for 10 gone "$server"
bg account-check -l "$T/sock" i/account 2>own
server=$bg_pid
wait_for 10 test -S sock
by "$admin" org-add org:lone >/dev/null
like "acts are in its own log" "$(cat own)" "	ev:act	prog:account-check	act:org-add	what:lone	account:globex/$(number "$admin")$"
is "and modes are what they are to be" "$(stat -c %a sock i/account/db i/account/db-wal | tr '\n' ' ')" "600 600 600 "
kill "$server"; wait_for 10 gone "$server"
is "its socket goes with it" "$(ls sock 2>&1 | grep -c 'No such')" 1

# what cannot be
status "another file" 111 sh -c 'mkdir -m 700 x; printf "%0200d" 0 >x/db; chmod 600 x/db; account-check -l s x'
is "is said" "$(cat err)" "account-check: fatal: unable to use x/db: file is not a database"
status "no folder" 111 account-check -l s none
status "no socket" 100 account-check i/account
status "no such option" 100 account-check -x
status "a mode that is none" 100 account-check -m 999 -l s i/account
status "closed input" 111 sh -c 'account-check -l s i/account <&-'
# no /dev/full: it writes nothing to descriptor 1
done_testing
