#!/bin/sh
# https-post against an HTTPS server and a name server of the test.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf '%s\n' 'root ca=1' 'good issuer=root names=a.test,b.test' 'expired issuer=root names=a.test from=-9d until=-1d' |
	python3 "$top/tests/tools/pki.py" pki
# host WORDS...: the server's only host; words are of JSON
host() {
	printf '{"a.test": {"cert": "%s", %s}}\n' "$T/pki/${cert:-good}.pem" "$1" >hosts.new && mv hosts.new hosts
}
host '"status": 200'
bg python3 "$top/tests/tools/httpsserver.py" https.port hosts https.log
wait_for 20 test -s https.port
port=$(cat https.port)
echo '{"a.test": {"A": "127.0.0.1"}, "lost.test": "SERVFAIL"}' >zone.json
fake_dns zone.json
printf 'a report\n\0' >file
post() { https-post -a pki/root.crt -i 127.0.0.1 -r "$dns" "$@"; }
url=https://a.test:$port/v1?x=y

status "a file" 0 post "$url" file
is "says nothing" "$(cat out err)" ""
is "is there, and said to be what it is" "$(cat https.log)" "a.test POST /v1?x=y application/tlsrpt+gzip rohrpost 10 61207265706f72740a00"
mkdir conf
echo "$dns" >conf/resolver
status "name servers of a configuration" 0 https-post -C conf -a pki/root.crt -i 127.0.0.1 "$url" file
status "of another type" 0 post -t text/plain "$url" file
is "is said" "$(tail -n 1 https.log | cut -d ' ' -f 4)" text/plain
printf '%s\nmore\n' "$url" >r.json.gz.url
echo x >r.json.gz
status "by a file that says where" 0 post -f r.json.gz.url
is "the other goes there" "$(tail -n 1 https.log)" "a.test POST /v1?x=y application/tlsrpt+gzip rohrpost 2 780a"
: >empty
status "an empty file" 0 post "$url" empty
is "is posted" "$(tail -n 1 https.log)" "a.test POST /v1?x=y application/tlsrpt+gzip rohrpost 0 -"

while read -r code want; do
	host '"status": '"$code"', "body": "no\nmore"'
	status "$code" "$want" post "$url" file
	case $want in
	0) is "is said" "$(cat err)" "" ;;
	*) is "is said" "$(cat err)" "https-post: warning: $url: the answer is $code: no" ;;
	esac
done <<X
201 0
202 0
203 111
301 111
400 100
404 100
408 111
410 100
425 111
429 111
500 111
503 111
X
host '"status": 204'
status "204" 0 post "$url" file
host '"status": 400, "body": "\u001b[2J"'
status "strangers' bytes" 100 post "$url" file
like "are escaped" "$(cat err)" 'the answer is 400: .x1b.2J$'
host '"status": 200, "size": 4096'
status "an answer of 4096 bytes" 0 post "$url" file
host '"status": 200, "size": 4097'
status "a byte more" 0 post "$url" file
host '"status": 301, "fields": {"Location": "https://a.test:'"$port"'/other"}'
status "a redirection" 111 post "$url" file
is "is not followed" "$(tail -n 1 https.log | cut -d ' ' -f 3)" "/v1?x=y"
host '"manner": "silent"'
status "no answer in time" 111 post -w 1 "$url" file
like "is said" "$(cat err)" "^https-post: warning: https://a.test:$port/v1.x=y: "
host '"manner": "close"'
status "no answer" 111 post "$url" file
cert=expired
host '"status": 200'
status "a certificate that is not valid" 111 post "$url" file
like "is said" "$(cat err)" "^https-post: warning: https://a.test:$port/v1.x=y: "
cert=
host '"status": 200'
n=$(wc -l <https.log)
status "an authority that nobody trusts" 111 https-post -a pki/expired.crt -i 127.0.0.1 -r "$dns" "$url" file
status "a server at an address of this machine" 111 https-post -a pki/root.crt -r "$dns" "$url" file
status "a name that the DNS does not know" 111 post "https://b.test:$port/" file
status "the DNS fails" 111 post "https://lost.test:$port/" file
is "nothing was sent" "$(wc -l <https.log)" "$n"

for u in http://a.test/ https:// https://127.0.0.1/ 'https://a b/' https://u:p@a.test/ ''; do
	status "not: $u" 100 post "$u" file
	like "is said" "$(cat err)" 'not an https URL$'
done
echo >none.url
: >none
status "a file that does not say where" 100 post -f none.url
status "another name" 100 post -f file
is "is said" "$(cat err)" "https-post: fatal: file: the name does not end in .url"
status "no such file" 111 post "$url" no-such-file
status "what is posted is not there" 111 sh -c 'cp r.json.gz.url gone.url; exec https-post -f gone.url'
truncate -s 67108865 large
status "more than 64 MiB" 111 post "$url" large
{ echo "$url"; head -c 65536 /dev/zero; } >none.url
status "a long file that says where" 111 post -f none.url
status "no file" 100 post "$url"
status "a file too many" 100 post "$url" file file
status "-f and a URL" 100 post -f r.json.gz.url "$url" file
status "bad prefix" 100 post -i x "$url" file
status "bad server" 100 https-post -r x "$url" file
status "bad time" 100 post -w x "$url" file
status "bad option" 100 https-post -X
https-post -a pki/root.crt "$url" file <&- >out 2>err
is "0 closed" $? 111
https-post --none >/dev/full 2>/dev/full
is "/dev/full: it says nothing but by its end" $? 100
done_testing
