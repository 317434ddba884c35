#!/bin/sh
# rohrpost init --http: the instance is looked at and changed over HTTP, with keys of the real
# server of accounts, each role with what is its own; the queue and the configuration follow
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
http=127.0.0.1:$(free_port)
new_instance site --local site.example --user ann --hold --http "$http" || exit 1
start_instance; ok "it is up" $?
for r in admin operator orgadmin user readonly; do
	rohrpost key-add "$I" acme $r 2>>"$T/told" | sed 's/.*key://' >"$T/$r"
done
rohrpost key-add "$I" acme admin scopes=read 2>>"$T/told" | sed 's/.*key://' >"$T/scoped"
rohrpost key-add "$I" globex user 2>>"$T/told" | sed 's/.*key://' >"$T/other"
wait_for 20 test -S "$I/sock/admin/sock"; ok "somebody serves" $?
cd "$T" || exit 1
ask() {
	ask_key=$1; shift
	curl -s -g -o out -D head -w '%{http_code}' --max-time 60 -H "Authorization: Bearer $(cat "$ask_key")" "$@"
}
x=http://$http json='Content-Type: application/json'
is "who, at its socket" "$(ask admin --unix-socket "$I/sock/admin/sock" $x/v1/me)" 200
mv out own
is "and by way of http-recv" "$(ask admin $x/v1/me)" 200
is "is the same" "$(cat out)" "$(cat own)"
is "two on a connection" "$(ask admin $x/v1/me $x/v1/me -o out2)" 200200
is "nobody" "$(curl -s -o out -w '%{http_code}' $x/v1/queue)" 401
is "somebody unknown" "$(curl -s -o out -w '%{http_code}' -H 'Authorization: Bearer rp_0000000000000000_000000000000000000000000000000000000000000000000' $x/v1/queue)" 401
is "a signature" "$(curl -s -o out -w '%{http_code}' -H "Authorization: HMAC 0123456789abcdef:1:00000000:$(printf %064d 0)" $x/v1/queue)" 401
is "nothing of that name" "$(ask admin $x/v1/nothing)" 404
is "nor of that" "$(ask admin $x/nothing)" 404
head -c 1048577 /dev/zero | tr '\0' x >large
is "a body that is too large" "$(ask admin -X PUT --data-binary @large -H 'If-Match: *' $x/v1/config/local)" 413
head -c 1048576 large >most
like "as large as it may be there" "$(ask admin -X PUT --data-binary @most -H 'If-Match: *' "$x/v1/config/local?check=1")" '^(200|4[012].)$'
like "it is" "$(cat own)" '"org":"acme",.*"role":"admin"'
is "with few scopes" "$(ask scoped $x/v1/queue)" 403
for t in acme globex; do
	printf 'Subject: x\n\nhi\n' | ROHRPOST_DIR=$I sendmail -O "tenant=$t" -f "a@$t.example" "to@$t.test"
done
held() { [ "$(queue-list -l "$I/queue" state:held | wc -l)" = 2 ] || [ "$(queue-list -l "$I/queue" | wc -l)" = 2 ]; }
wait_for 20 held; ok "two messages wait" $?
is "all of them" "$(ask operator $x/v1/queue; grep -c '"id":' out)" "2002"
is "not for a user" "$(ask user $x/v1/queue)" 403
is "his own" "$(ask user $x/v1/messages; grep -c '"tenant":"acme"' out; grep -c globex out)" "2001
0"
id=$(sed -n 's/.*"id":"\([a-z0-9]*\)".*/\1/p' out)
is "the log of it" "$(ask readonly $x/v1/messages/$id)" 200
like "has it" "$(cat out)" '"ev":"accepted"'
is "not for another organisation" "$(ask other $x/v1/messages/$id)" 404
is "nor to cancel" "$(ask other -X DELETE $x/v1/messages/$id)" 404
is "who only reads cancels nothing" "$(ask readonly -X DELETE $x/v1/messages/$id)" 403
is "he does" "$(ask user -X DELETE $x/v1/messages/$id)" 200
gone() { [ -z "$(queue-list -l "$I/queue" "id:$id")" ]; }
wait_for 20 gone; ok "and it is gone" $?
deleted() { ask user $x/v1/messages/$id >/dev/null && grep -q '"ev":"deleted"' out; }
wait_for 20 deleted; ok "as the log tells him" $?
is "statistics" "$(ask user "$x/v1/statistics?scale=day&last=1")" 200
like "of his" "$(cat out)" '"total":\{.*"accepted":1,.*"deleted":1'
# accounts
is "a user" "$(ask orgadmin -H "$json" -d '{"name":"bob","role":"user"}' $x/v1/organisations/acme/users)" 201
is "is listed" "$(ask orgadmin $x/v1/organisations/acme/users)" 200
like "by his name" "$(cat out)" '"name": ?"bob"'
is "not in another" "$(ask orgadmin -H "$json" -d '{"name":"eve","role":"user"}' $x/v1/organisations/globex/users)" 403
is "a role above his own" "$(ask orgadmin -H "$json" -d '{"name":"eve","role":"admin"}' $x/v1/organisations/acme/users)" 403
is "a key" "$(ask orgadmin -H "$json" -d '{"role":"user","scopes":["send","read"]}' $x/v1/organisations/acme/keys)" 201
sed 's/.*"key": *"\(rp_[^"]*\)".*/\1/' out >made
is "is good" "$(ask made $x/v1/me)" 200
like "with its scopes" "$(cat out)" '"scopes":"send,read"'
number=$(sed 's/rp_\([0-9a-f]*\)_.*/\1/' made)
is "revoked" "$(ask orgadmin -X DELETE $x/v1/keys/$number)" 200
is "it is not" "$(ask made $x/v1/me)" 401
is "an organisation" "$(ask admin -H "$json" -d '{"org":"initech"}' $x/v1/organisations)" 201
is "twice" "$(ask admin -H "$json" -d '{"org":"initech"}' $x/v1/organisations)" 409
is "suspended" "$(ask admin -X PATCH -H "$json" -d '{"suspended":true}' $x/v1/organisations/globex)" 200
is "its keys are, too" "$(ask other $x/v1/me)" 403
# the configuration
is "a text" "$(ask admin $x/v1/config/local)" 200
etag=$(sed -n 's/^ETag: \(.*\)\r$/\1/p' head)
{ cat out; echo more.example; } >new
is "another" "$(ask admin -X PUT -H "If-Match: $etag" --data-binary @new $x/v1/config/local)" 200
is "is there" "$(grep -c more.example "$I/conf/local")" 1
is "undone" "$(ask admin -X POST $x/v1/config/undo)" 200
is "is not" "$(grep -c more.example "$I/conf/local")" 0
like "who it was" "$(cat "$I/log/acts/current")" '	act:config-put	.*what:local	org:acme	.*key:[0-9a-f]{16}'
is "health" "$(ask user $x/v1/health; cat out)" '200{"status":"up"}'
like "status has it" "$(rohrpost status "$I" 2>&1)" 'admin'
stop_instance; ok "it comes down" $?
done_testing
