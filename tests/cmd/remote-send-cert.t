#!/bin/sh
# remote-send shows a certificate of ours where a host asks for one: to
# smtp-recv, which knows it as a login and takes nothing from others
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
python3 "$top/tests/tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example
shop issuer=ca names=shop.example
other issuer=ca names=other.example
X
mkdir conf tls ours inject
cp mx.pem tls/
cp shop.pem other.pem ours/
echo mx.y.example >conf/me
echo y.example >conf/local
echo mx.pem >conf/tls
printf 'shop.pem\nother.pem\n' >conf/tls-client
openssl x509 -in shop.crt -noout -fingerprint -sha256 | sed 's/.*=\(.*\)/\1 shop/' >conf/certs
chmod 600 tls/*.pem ours/*.pem
conf-build conf || exit 1
bg sock-serve unix:server tls-key conf tls 2>server.log
bg sock-serve unix:client tls-key -f tls-client conf ours 2>client.log
client_pid=$bg_pid
wait_for 10 test -S server; wait_for 10 test -S client
port=$(free_port)
bg smtp-recv -l "127.0.0.1:$port" -C conf -A -K server -o submission -P unix:none \
	python3 "$top/tests/tools/fakeinject.py" "$T/inject" KKKKKKKKKK 2>recv.log
there() { ss -Hltn "sport = :$port" | grep -q .; }
wait_for 10 there; ok "a server that wants a certificate" $?

# job ID [LABEL:VALUE...]
job() {
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:b@y.example\tsize:%s\tfile:%s\tmx:mx.y.example/%s/127.0.0.1\ttls:verify\ttls-names:hostname' \
		"$1" "$(wc -c <msg)" "$T/msg" "$port"
	shift
	for l; do printf '\t%s' "$l"; done
	echo
}
send() { remote-send -a ca.crt -d 0 -e 20 "$@"; }
get() { tr '\t' '\n' <out | sed -n "s/^$1://p"; }

job a client-cert:shop >jobs
status "with it" 0 send -k client <jobs
is "sent" "$(get status) $(get tls-policy)" "sent verify"
like "as whom it is" "$(cat inject/1.env)" "^user shop"
job b >jobs
status "without" 0 send -k client <jobs
is "refused" "$(get status) $(get code)" "bounced 530"
job c client-cert:other >jobs
status "another" 0 send -k client <jobs
is "refused, too" "$(get status) $(get code)" "bounced 530"

# connections and sessions are kept apart
{ job d client-cert:shop; job e; job f client-cert:other; job g client-cert:shop; } >jobs
status "several at once" 0 send -k client <jobs
is "each as who it is" "$(sed 's/^id:\(.\).*status:\([a-z]*\).*/\1 \2/' out | sort | tr '\n' ' ')" "d sent e bounced f bounced g sent "
{ job h client-cert:shop; sleep 1; job i; sleep 1; job j client-cert:shop; } | send -k client -t idle=0 >out
is "and one after the other" "$(sed 's/^id:\(.\).*status:\([a-z]*\).*/\1 \2/' out | sort | tr '\n' ' ')" "h sent i bounced j sent "

# what is ours, and wrong
job k client-cert:none >jobs
status "one that there is not" 0 send -k client <jobs
is "deferred" "$(get status) $(get esc) $(get class), $(get text)" \
	"deferred 4.7.8 auth, client certificate none: tls-key has none of this name"
job l client-cert:shop >jobs
status "without -k" 0 send <jobs
is "deferred" "$(get status) $(get class), $(get text)" "deferred auth, client certificate shop: there is no -k"
status "nobody there" 0 send -k nobody <jobs
is "deferred" "$(get status) $(get class), $(get text)" \
	"deferred auth, client certificate shop: tls-key does not answer"
job m >jobs
status "who needs none is not in the way" 0 send -k nobody <jobs
is "answered" "$(get code)" 530

# tls-key dies when they are known: no signature, and it is our fault
mkfifo in
bg sh -c "exec remote-send -a ca.crt -d 0 -e 20 -k client <in >out 2>err"
send_pid=$bg_pid
exec 7>in
job n client-cert:shop >&7
has() { grep -q "^id:$1	" out; }
wait_for 20 has n; ok "known" $?
pkill -P "$client_pid"; kill "$client_pid"; wait "$client_pid"
# another name: the session of the first one could be resumed
job o client-cert:other >&7
wait_for 20 has o; ok "an answer" $?
exec 7>&-
wait "$send_pid"
like "our own fault" "$(grep '^id:o' out)" "status:deferred.*class:(auth|tls).*(tls-key does not answer|key process)"
done_testing
