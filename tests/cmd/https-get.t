#!/bin/sh
# https-get against an HTTPS server and a name server of the test.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf '%s\n' 'root ca=1' 'good issuer=root names=a.test,b.test' 'expired issuer=root names=a.test from=-9d until=-1d' |
	python3 "$top/tests/tools/pki.py" pki
# host WORDS...: the server's only host; words are of JSON
host() {
	printf '{"a.test": {"cert": "%s", %s}}\n' "$T/pki/${cert:-good}.pem" "$1" >hosts.new && mv hosts.new hosts
}
host '"body": "one\ntwo"'
bg python3 "$top/tests/tools/httpsserver.py" https.port hosts https.log
wait_for 20 test -s https.port
port=$(cat https.port)
echo '{"a.test": {"A": "127.0.0.1"}, "lost.test": "SERVFAIL"}' >zone.json
fake_dns zone.json
get() { https-get -a pki/root.crt -i 127.0.0.1 -r "$dns" "$@"; }
url=https://a.test:$port/v1?x=y
said() { head -n 1 out | tr '\t' ' '; }

fault() { # NAME FAULT ARGS...
	name=$1 want=$2; shift 2
	status "$name" 111 "$@"
	like "is said" "$(cat out)" "^fault:$want	.*text:.+\$"
}
status "what is there" 0 get "$url"
is "the line" "$(said)" "fault:none status:200 type:text/plain size:7"
is "the body" "$(sed 1d out)" "one
two"
is "nothing else" "$(cat err)" ""
is "it was asked for" "$(cat https.log)" "a.test GET /v1?x=y - rohrpost 0 -"
host '"status": 404, "type": null, "body": ""'
status "another status is an answer, too" 0 get "$url"
is "the line" "$(said)" "fault:none status:404 size:0"
host '"version": "HTTP/2", "status": 123456'
fault "a status that is none (RFC 9110 section 15)" answer get "$url"
host '"version": "HTTP/2", "status": -7'
fault "nor is this one" answer get "$url"
host '"status": 99'
fault "nor this" answer get "$url"
host '"status": 301, "fields": {"Location": "https://a.test:'"$port"'/other"}, "body": ""'
status "a redirection" 0 get "$url"
is "is not followed" "$(tail -n 1 https.log | cut -d ' ' -f 3)" "/v1?x=y"

host '"size": 4096'
status "as long as may be" 0 get -m 4096 "$url"
is "all of it" "$(sed 1d out | wc -c)" 4096
status "a byte more" 111 get -m 4095 "$url"
like "is said" "$(cat out)" "^fault:large	status:200	type:[^	]*	text:longer than 4095 bytes\$"
host '"manner": "chunked", "size": 4096'
status "in pieces, too" 111 get -m 4095 "$url"
host '"size": 1048576'
status "1 MiB" 0 get "$url"
host '"size": 1048577'
status "a byte more than the default" 111 get "$url"

host '"manner": "silent"'
fault "no answer in time" answer get -w 1 "$url"
host '"manner": "cut", "size": 1000'
fault "half of it" answer get "$url"
cert=expired
host '"body": "x"'
fault "a certificate that has expired" certificate get "$url"
cert=
host '"body": "x"'
n=$(wc -l <https.log)
fault "an authority that nobody trusts" certificate https-get -a pki/expired.crt -i 127.0.0.1 -r "$dns" "$url"
fault "a server at an address of this machine" address https-get -a pki/root.crt -r "$dns" "$url"
fault "a name that the DNS does not know" address get "https://b.test:$port/"
fault "the DNS fails" address get "https://lost.test:$port/"
fault "no authorities" local https-get -a /nonexistent -i 127.0.0.1 -r "$dns" "$url"
is "nothing was asked for" "$(wc -l <https.log)" "$n"
mkdir conf
echo "$dns" >conf/resolver
status "the name server of -C" 0 https-get -a pki/root.crt -i 127.0.0.1 -C conf "$url"

for u in http://a.test/ https:// https://127.0.0.1/ 'https://a b/' https://u:p@a.test/ ''; do
	status "not: $u" 100 get "$u"
	like "is said" "$(cat err)" 'not an https URL$'
done
status "no URL" 100 get
status "two" 100 get "$url" "$url"
status "as many bytes as may be" 0 get -m 67108864 "$url"
status "a byte more" 100 get -m 67108865 "$url"
status "bad prefix" 100 get -i x "$url"
status "bad server" 100 https-get -r x "$url"
status "bad time" 100 get -w x "$url"
status "bad option" 100 https-get -X
get "$url" >/dev/full 2>err
is "/dev/full" $? 111
like "is said" "$(cat err)" "unable to write"
get "$url" >&- 2>err
is "closed descriptor" $? 111
done_testing
