#!/bin/sh
# A system that gives no random bytes, as a container whose filter does not know
# getrandom: who needs them says so in a clear line, for now; no program ends by
# a signal, and mail that needs none flows on.
. "$(dirname "$0")/../lib.sh"
command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || {
	echo "1..0 # SKIP strace does not work here"; exit 0; }
tools=$top/tests/tools
cd "$T" || exit 1
without() { strace -f -qq -o /dev/null -e trace=getrandom -e inject=getrandom:error=ENOSYS "$@"; }
# dies NAME STATUS TEXT COMMAND...
dies() {
	dies_name=$1 dies_want=$2 dies_text=$3; shift 3
	without "$@" >out 2>err <input
	is "$dies_name" "$? $(cat err)" "$dies_want $1: fatal: $dies_text"
}
mkdir conf tls mx st
echo mx.test >conf/me
echo local.test >conf/local
: >conf/throttle
echo ec.pem >conf/tls
conf-build conf && queue-check -i q || exit 1
python3 "$tools/pki.py" . <<'X'
ca ca=1
ec issuer=ca names=mx.test
X
cp ec.pem tls

printf 'To: a@b\n\nx\n' >input
dies "queue-inject" 111 "unable to open queue q: Function not implemented" queue-inject q
dies "throttle" 111 "unable to get random bytes: Function not implemented" throttle conf cat
dies "grey" 111 "no random bytes: Function not implemented" grey st cat
dies "smtp-recv" 111 "unable to prepare TLS: Function not implemented" smtp-recv -C conf -K "$T/key" -l 127.0.0.1:0 cat
dies "tls-cert" 111 "unable to make a key: no memory or no randomness" tls-cert self new.pem mx.test
dies "sendmail" 75 "no random bytes: Function not implemented" sendmail -C "$T" x@y.test
is "nothing is made" "$(find q/mess new.pem -type f 2>/dev/null)" ""

# out: TLS is ours to fail, and is not held against the host
bg python3 "$tools/fakemx.py" --tls ec.pem "$T/mx"
wait_for 10 [ -s mx/port ]
for w in may must none; do
	printf 'id:%s\tn:0\tfrom:a@x.test\tto:b@y.test\tsize:%s\tfile:%s\tmx:mx.test/%s/127.0.0.1\ttls:%s\n' \
		$w "$(wc -c <input)" "$T/input" "$(cat mx/port)" $w
done >jobs
without remote-send -e 3 <jobs >out 2>err
is "remote-send" "$? $(tr '\t' '\n' <out | grep -E '^(id|status|tls|tls-text|text):' | sort -u | tr '\n' '|')" \
	"0 id:may|id:must|id:none|status:deferred|status:sent|text:250 2.0.0 stored|text:TLS is required: no random bytes|tls-text:no random bytes|tls:none|"

done_testing
