#!/bin/sh
# http-recv, byte by byte: what two readers could take for two requests is refused and ends
# the connection; many requests on one, in order; who is slow, and who wants too much
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir conf tmp parcels
export TMPDIR="$T/tmp"
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf || exit 1
bg "$tools/fakeaccount.py" "$T/account"
wait_for 10 test -S account
# up OPTION...: it serves at $T/sock
up() {
	rm -rf sock parcels
	mkdir parcels
	bg http-recv -C conf -a "unix:$T/account" -l "unix:$T/sock" -x "$@" "$tools/fakeinject.py" parcels K 2>>log
	server=$bg_pid
	wait_for 10 test -S sock
}
down() { kill "$server"; wait "$server"; }
talk() { timeout 120 "$tools/httptalk.py" sock "$@" | tr '\n' '|'; }
n='\r\n'
a="Authorization: Bearer rp_good${n}Content-Type: message/rfc822$n"
p="POST /v1/mail/send HTTP/1.1${n}Host: h$n$a"
m='From: a@a.example\nTo: b@b.example\n\nhi\n' # 38 bytes
good='202 {"id":"fake0001"}|'
up

# what smuggles
# refused NAME BYTES: noted; answered once with 4xx or 5xx, and that is the end
refused() { printf '%s\t%s\n' "$1" "$2" >>cases; }
refused "two lengths" "${p}Content-Length: 38${n}Content-Length: 3$n$n$m"
refused "the same length twice" "${p}Content-Length: 38${n}Content-Length: 38$n$n$m"
refused "a list of lengths" "${p}Content-Length: 38, 38$n$n$m"
refused "a length with a sign" "${p}Content-Length: +38$n$n$m"
refused "a length and chunks" "${p}Content-Length: 38${n}Transfer-Encoding: chunked$n${n}0$n$n"
refused "chunks and a length" "${p}Transfer-Encoding: chunked${n}Content-Length: 38$n${n}0$n$n"
refused "xchunked" "${p}Transfer-Encoding: xchunked$n${n}0$n$n"
refused "gzip, chunked" "${p}Transfer-Encoding: gzip, chunked$n${n}0$n$n"
refused "a vertical tab before chunked" "${p}Transfer-Encoding: \\x0bchunked$n${n}0$n$n"
refused "chunked in HTTP/1.0" "POST /v1/mail/send HTTP/1.0$n${a}Transfer-Encoding: chunked$n${n}0$n$n"
refused "a folded field" "${p}X: a$n b${n}Content-Length: 38$n$n$m"
refused "a folded length" "${p}Content-Length:$n 38$n$n$m"
refused "a blank before the colon" "${p}Content-Length : 38$n$n$m"
refused "a blank in front of the first field" "POST /v1/mail/send HTTP/1.1$n Host: h$n$a$n"
refused "bare LF" "GET /healthz HTTP/1.1\nHost: h\n\n"
refused "bare LF in the head" "${p}X: a\nContent-Length: 38$n$n$m"
refused "bare CR in the head" "${p}X: a\rContent-Length: 38$n$n$m"
refused "NUL" "${p}X: a\\x00b$n$n"
refused "NUL in a name" "${p}X\\x00: ab$n$n"
refused "no host" "GET /healthz HTTP/1.1$n$n"
refused "two hosts" "GET /healthz HTTP/1.1${n}Host: h${n}Host: i$n$n"
refused "HTTP/0.9" "GET /healthz$n$n"
refused "HTTP/2" "PRI * HTTP/2.0$n$n"
refused "HTTP/1.10" "GET /healthz HTTP/1.10${n}Host: h$n$n"
refused "CONNECT" "CONNECT h:25 HTTP/1.1${n}Host: h$n$n"
refused "a user in the target" "GET http://u@h/healthz HTTP/1.1${n}Host: h$n$n"
refused "TLS" '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'
refused "SMTP" "EHLO client.example$n"
refused "an expectation" "${p}Expect: wonders${n}Content-Length: 38$n$n$m"
c="${p}Transfer-Encoding: chunked$n$n"
refused "a chunk's size that overflows" "${c}10000000000000026$n$m$n"
refused "no size" "$c$n$m"
refused "a size with a sign" "${c}+26$n$m${n}0$n$n"
refused "a size as in C" "${c}0x26$n$m${n}0$n$n"
refused "bare LF behind a size" "${c}26\n$m${n}0$n$n"
refused "bare LF behind a chunk" "${c}26$n$m\n0$n$n"
refused "NUL in what a chunk says" "${c}26;a\\x00b$n$m${n}0$n$n"
refused "more than the chunk says" "${c}25$n$m${n}0$n$n"
refused "a folded field behind the chunks" "${c}26$n$m${n}0${n}X: y$n z$n$n"
talk_all() { timeout 300 "$tools/httptalk.py" sock -f cases; }
sed 's/$/GET \/healthz HTTP\/1.1\\r\\nHost: h\\r\\n\\r\\n/' cases >all && mv all cases
talk_all >answers
while read -r line; do
	name=${line%%: *}
	like "$name" "${line#*: }" '^(400|501|505|431|414|408|417) close [^|]*\|end\|$'
done <answers
is "all of them" "$(wc -l <answers)" "$(wc -l <cases)"
is "none of these was a message" "$(ls parcels)" ""

# what does not
is "a message" "$(talk "${p}Content-Length: 38$n$n$m" wait:1 shut)" "${good}end|"
is "byte by byte" "$(talk step "${p}Content-Length: 38$n$n$m" wait:1 shut)" '202 {"id":"fake0002"}|end|'
is "chunks byte by byte" "$(talk step "${c}1;x=\"y\"${n}F${n}25$n${m#F}${n}0${n}X: y$n$n" wait:1 shut)" '202 {"id":"fake0003"}|end|'
cat >want <<'X'
From: a@a.example
To: b@b.example

hi
X
is "is the message" "$(grep -vE '^(Received|	|Message-ID|Date)' parcels/3.msg)" "$(cat want)"
is "absolute form" "$(talk "GET http://h/healthz HTTP/1.1${n}Host: i$n$n" wait:1 shut)" '200 {"status":"ok"}|end|'
is "HTTP/1.0 ends" "$(talk "GET /healthz HTTP/1.0$n$n")" '200 close {"status":"ok"}|end|'
is "unless it stays" "$(talk "GET /healthz HTTP/1.0${n}Connection: keep-alive$n$n" wait:1 "GET /healthz HTTP/1.0$n$n")" '200 {"status":"ok"}|200 close {"status":"ok"}|end|'
is "close" "$(talk "GET /healthz HTTP/1.1${n}Host: h${n}Connection: close$n${n}GET /healthz HTTP/1.1${n}Host: h$n$n")" '200 close {"status":"ok"}|end|'
g="GET /healthz HTTP/1.1${n}Host: h$n$n"
r="${p}Content-Length: 38$n$n$m"
is "many at once are answered in order" "$(talk "$g$r${g}GET /nothing HTTP/1.1${n}Host: h$n$n$r$g" wait:6 shut | sed 's/{[^|]*detail[^|]*}/-/')" \
	'200 {"status":"ok"}|202 {"id":"fake0004"}|200 {"status":"ok"}|404 -|202 {"id":"fake0005"}|200 {"status":"ok"}|end|'
is "who has said all that he says" "$(talk "$r" shut)" '202 {"id":"fake0006"}|end|'
is "who waits for 100 hears it, then the answer" "$(talk "${p}Expect: 100-continue${n}Content-Length: 38$n$n" wait:1 "$m" wait:2 shut)" '100 |202 {"id":"fake0007"}|end|'
is "who may not is told before his body" "$(talk "POST /v1/mail/send HTTP/1.1${n}Host: h${n}Authorization: Bearer none${n}Expect: 100-continue${n}Content-Length: 38$n$n" | cut -c 1-9)" '401 close'
is "an answer to a body that was not read ends the connection" "$(talk "POST /nothing HTTP/1.1${n}Host: h${n}Content-Length: 38$n$n$g$m" | cut -c 1-9)" '404 close'
down

# limits
up -s 1000 -j 1000
big=$(head -c 962 /dev/zero | tr '\0' x)
is "the largest message" "$(talk "${p}Content-Length: 1000$n$n$m$big" wait:1 shut)" "${good}end|"
like "one byte more" "$(talk "${p}Content-Length: 1001$n$n")" '^413 close'
like "the same in chunks" "$(talk "${c}3e9$n$m${big}x${n}0$n$n")" '^413 close'
j="POST /v1/messages HTTP/1.1${n}Host: h${n}Authorization: Bearer rp_good$n"
like "a request of JSON" "$(talk "${j}Content-Length: 1001$n$n")" '^413 close'
down

# who is slow: a second of theirs is 30 of the server's
u=$(date +%s)000000
export ROHRPOST_CLOCK="$u:$(awk '{ printf "%d", $1 * 1000000 }' /proc/uptime):30"
up
unset ROHRPOST_CLOCK
like "a head that does not end" "$(talk "$p")" '^408 close [^|]*\|end\|$'
like "a body that does not" "$(talk "${p}Content-Length: 38$n${n}From: a@a")" '^408 close [^|]*\|end\|$'
is "a connection that says nothing" "$(talk wait:0)" 'end|'
is "one that says nothing more" "$(talk "$g")" '200 {"status":"ok"}|end|'
# a part of a head now and then does not make its time longer
drip() {
	python3 - <<'X'
import socket, time
s = socket.socket(socket.AF_UNIX)
s.connect("sock")
s.sendall(b"GET /healthz HTTP/1.1\r\n")
begin, n = time.time(), 0
try:
    while time.time() - begin < 60:
        s.sendall(b"X: y\r\n")
        n += 1
        s.settimeout(0.1)
        try:
            if s.recv(100).startswith(b"HTTP/1.1 408"):
                print("408")
            break
        except socket.timeout:
            pass
except OSError:
    print("closed")
X
}
is "a drop now and then" "$(drip)" 408
down
done_testing
