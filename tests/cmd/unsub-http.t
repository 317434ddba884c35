#!/bin/sh
# unsub-http: a wish to be unsubscribed, from the message that mail-fix has made to
# the event; who asks otherwise, too often or too much; a full disk
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
command -v curl >/dev/null || { skip "no curl"; done_testing; exit 0; }
token-check -n keys
mkdir conf
echo mx.test >conf/me
echo 'list-unsubscribe:https://news.test/u/ one-click' >conf/fix
conf-build conf
# url [OPTION...]: that of a message to ann@far.test
url() {
	printf 'From: news@b.test\nDate: x\nMessage-ID: <1@x>\n\nhi\n' |
		mail-fix -C conf -k keys -f news@b.test -r ann@far.test "$@" | sed -n 's/^List-Unsubscribe: <https:\(.*\)>/http:\1/p'
}
up() {
	bg unsub-http -k keys -l "unix:$T/sock" "$@" facts 2>log
	server=$bg_pid
	wait_for 10 test -S sock
}
down() { kill "$server"; wait "$server"; }
# ask CURL-ARGUMENT...: the status
ask() { curl -s -o out -w '%{http_code}' --max-time 10 --unix-socket sock "$@"; }
events() { grep -c 'ev:unsubscribe' log; }

u=$(url -g list='News <1>')
like "mail-fix makes the URL" "$u" '^http://news.test/u/u1\.'
up -t acme -s news
is "GET shows" "$(ask "$u")" 200
like "a button" "$(cat out)" '<form method="post">.*value="One-Click".*<button>'
like "and for whom" "$(cat out)" 'ann@far.test</b>, of News &lt;1&gt;'
is "HEAD" "$(ask -I "$u")" 200
is "that does nothing" "$(events)" 0
is "one click" "$(ask -d List-Unsubscribe=One-Click "$u")" 200
like "says so" "$(cat out)" 'There will be no more mail for <b>ann@far.test'
is "one event" "$(events)" 1
is "with all that is known" "$(grep ev:unsub log | tr '\t' '\n' | grep -vE '^(ts|uuid):' | tr '\n' ' ')" \
	"ev:unsubscribe prog:unsub-http to:ann@far.test by:one-click tied-by:list-token trusted:1 list:News <1> tenant:acme stream:news "
like "and the message" "$(grep ev:unsub log)" "	uuid:[a-z0-9]{16}	"
is "the line is on disk" "$(grep ev:unsub facts/facts)" "$(grep ev:unsub log)"
is "as multipart" "$(ask -F List-Unsubscribe=One-Click "$u")" 200
is "with what else a form has" "$(ask -d x=y -d List-Unsubscribe=One-Click "$u")" 200
is "as an argument" "$(ask -d List-Unsubscribe=One-Click "http://news.test/?id=${u##*/}")" 200
is "each an event" "$(events)" 4
is "another form" "$(ask -d x=y "$u")" 400
is "none" "$(ask -d '' "$u")" 400
is "another type" "$(ask -H 'Content-Type: application/json' -d '{}' "$u")" 415
is "another method" "$(ask -X PUT -d List-Unsubscribe=One-Click "$u")" 405
is "a part of the token" "$(ask -d List-Unsubscribe=One-Click "${u%?}")" 404
is "a forged one" "$(ask -d List-Unsubscribe=One-Click "$(echo "$u" | sed 's/\.[^.]*$/.AAAAAAAAAAAAAAAAAAAAAA/')")" 404
is "none at all" "$(ask -d List-Unsubscribe=One-Click http://news.test/)" 404
head -c 16385 /dev/zero >large
is "too large" "$(ask --data-binary @large "$u")" 413
is "nothing of that is done" "$(events)" 4
cp keys first; token-check -n other; mv other keys
gone() { [ "$(ask "$u")" = 404 ]; }
wait_for 5 gone; ok "other keys are noticed" $?
mv first keys
back() { [ "$(ask "$u")" = 200 ]; }
wait_for 5 back; ok "and the old ones again" $?
down; is "TERM" $? 0
like "is told" "$(cat log)" 'ev:stopped'

old=$(url -t $(($(date +%s) - 11 * 86400)))
rm -f sock; up -d 10
is "too old" "$(ask -d List-Unsubscribe=One-Click "$old")" 410
is "young enough" "$(ask -d List-Unsubscribe=One-Click "$(url -t $(($(date +%s) - 9 * 86400)))")" 200
down
# what was logged long ago is not told again, the last minutes are
like "what may not be on the log's disk is told again" "$(grep -c 'replay:1' log)" '^4$'

# rates
rm -f sock; up -r 12 -x
n=0; while [ "$(ask -H 'X-Forwarded-For: 192.0.2.1' "$u")" = 200 ] && [ $n -lt 50 ]; do n=$((n + 1)); done
is "so many at once of an address" $n 3
is "and then" "$(ask -H 'X-Forwarded-For: 192.0.2.1' -d List-Unsubscribe=One-Click "$u")" 429
is "others may" "$(ask -H 'X-Forwarded-For: 192.0.2.1, 192.0.2.2' -d List-Unsubscribe=One-Click "$u")" 200
like "who it was" "$(grep ev:unsub log | tail -1)" 'client:192\.0\.2\.2$'
down

# whose mail it is, by the table: the list of the token, else the host of the request
cat >conf/feedback <<'X'
host news.test tenant=acme stream=hosted
list "News <1>" stream=weekly
X
conf-build conf
rm -f sock; up -C conf -t others -s none
click() { ask -d List-Unsubscribe=One-Click "$@" >/dev/null; grep ev:unsub log | tail -1 | tr '\t' '\n' | grep -E '^(tenant|stream):' | tr '\n' ' '; }
plain=$(url)
is "by the host" "$(click "$plain")" "tenant:acme stream:hosted "
is "the list goes before it" "$(click "$u")" "tenant:acme stream:weekly "
is "a host with a port" "$(click -H 'Host: NEWS.test:8443' "$plain")" "tenant:acme stream:hosted "
is "another host" "$(click -H 'Host: other.test' "$plain")" "tenant:others stream:none "
is "no host" "$(click -0 -H 'Host:' "$plain")" "tenant:others stream:none "
echo 'host other.test tenant=later' >>conf/feedback; conf-build conf
later() { [ "$(click -H 'Host: other.test' "$plain")" = "tenant:later stream:none " ]; }
wait_for 5 later; ok "another table is noticed" $?
was=$(events)
head -c 2100 conf/feedback.cdb >cut; cp cut conf/feedback.cdb.new; mv conf/feedback.cdb.new conf/feedback.cdb
broken() { [ "$(ask -d List-Unsubscribe=One-Click "$plain")" = 503 ]; }
wait_for 5 broken; ok "a damaged table: not now" $?
like "which is told" "$(cat log)" 'table feedback: it is damaged'
down
rm conf/feedback.cdb
status "a text without its table" 111 unsub-http -C conf -k keys -l unix:s facts
conf-build conf

# a disk that takes no more
rm -rf sock facts
mkfifo pipe
bg sh -c 'cat pipe >log'
# shellcheck disable=SC2016
bg sh -c 'ulimit -f 1; exec unsub-http -k keys -l "unix:$1/sock" facts 2>pipe' sh "$T"
server=$bg_pid
wait_for 10 test -S sock
n=0; while [ "$(ask -d List-Unsubscribe=One-Click "$u")" = 200 ] && [ $n -lt 50 ]; do n=$((n + 1)); done
ok "some find room" $((n < 1 || n > 10))
is "then" "$(ask -d List-Unsubscribe=One-Click "$u")" 503
down
is "which is told once" "$(grep -c 'unable to write facts' log)" 1
is "who heard 200 is on disk, and no other" "$(grep -c ev:unsub facts/facts) $(events)" "$n $n"

# what it is not run with
status "bad usage" 100 unsub-http -k keys facts
status "no folder" 100 unsub-http -k keys -l unix:s
for o in '-d 36501' '-r 600001' '-r x' '-z'; do
	# shellcheck disable=SC2086
	status "bad usage: $o" 100 unsub-http $o -k keys -l unix:s f2
done
status "no keys" 111 unsub-http -k nokeys -l unix:s f2
status "an address that is none" 111 unsub-http -k keys -l nowhere f2
status "no listening socket" 100 unsub-http -k keys -l - f2 </dev/null
status "a folder that cannot be" 111 unsub-http -k keys -l unix:s "$T/keys/x"
# no /dev/full: it writes to its clients and to descriptor 2
status "closed descriptor" 111 sh -c 'exec unsub-http -k keys -l - f2 <&-'
rm -f sock; up
status "a folder in use" 111 unsub-http -k keys -l unix:s facts
down
done_testing
