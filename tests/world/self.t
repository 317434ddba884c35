#!/bin/sh
# A verdict sees what goes wrong: of a world in which all is well, written by
# hand, each copy has one fault, and the verdict finds that one and no other.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
I=$T/all-well
mkdir -p "$I/world/log" "$I/log/deliver-final"
printf 'good\nrate limit=2/60\ngrey grey=60\ndot drop=dot\ntwo mx=two\nbare ext=\n' >"$I/world/receivers"
one=$(printf 1 | sha256sum | cut -d' ' -f1)
# sent ID RECEIVER, said ID SECOND EVENT [LABEL...], came RECEIVER SECOND ID [REPLY]
sent() { printf 'id:%s\tmid:<%s@y>\tfrom:ann@y\tto:joe@%s.auto.test\tsize:1\tsum:%s\n' "$1" "$1" "$2" "$one" >>"$I/world/sent"; }
said() {
	printf '2026-11-29T00:00:00.00000 ts:2026-11-29T00:%02d:%02d.000000Z\tev:%s\tprog:queue-run\tid:%s' \
		$(($2 / 60)) $(($2 % 60)) "$3" "$1" >>"$I/log/deliver-final/current"
	shift 3
	for l; do printf '\t%s' "$l" >>"$I/log/deliver-final/current"; done
	echo >>"$I/log/deliver-final/current"
}
zero=$(date -u -d 2026-11-29T00:00:00Z +%s)
came() {
	printf 't:%d.5\tc:1\twhat:msg\tid:<%s@y>\tsum:%s\tsize:1\tfrom:ann@y\tto:joe@%s.auto.test\tvia:DATA\tutf8:0\treply:%s\n' \
		$((zero + $2)) "$3" "$one" "${5:-$1}" "${4:-250 2.0.0 taken}" >>"$I/world/log/$1"
}
sent g1 good; came good 1 g1; said g1 2 sent
sent g2 good; said g2 2 deferred; came good 300 g2; said g2 301 sent
sent g3 good; said g3 2 bounced
for i in 1 2 3; do sent r$i rate; done
came rate 1 r1; came rate 2 r2; came rate 3 r3 '450 4.7.0 too fast'; came rate 62 r3
said r1 2 sent; said r2 3 sent; said r3 4 deferred; said r3 63 sent
sent d1 dot; came dot 1 d1; said d1 2 deferred doubt:1; came dot 300 d1; said d1 301 sent
sent t1 two; came good 4 t1 '250 2.0.0 taken' two; said t1 5 sent
# over TLS, on the second connection
sent s1 good; said s1 6 sent tls:TLSv1.2,ECDHE-X tls-policy:must; came good 5 s1
sed -i '/<s1@y>/s/c:1/c:2/' "$I/world/log/good"
# asked for with REQUIRETLS
sed -i '/id:s1/s/$/\trequiretls:1/' "$I/world/sent"
sed -i '/<s1@y>/s/utf8:0/utf8:0\trequiretls:1/' "$I/world/log/good"
printf 't:5\tc:2\twhat:tls\tversion:TLSv1.2\tsuite:ECDHE-X\tsni:mx.good.auto.test\tresumed:0\n' >>"$I/world/log/good"
printf 't:1\tc:1\twhat:open\tfrom:198.19.0.1\tport:1\n' >>"$I/world/log/bare"

cat >"$T/verdict.py" <<'X'
import sys
sys.path.insert(0, sys.argv[1])
import verdict
limits = [(int(x), 60.0) for x in sys.argv[3:] if x.isdigit()]
for v in verdict.verdicts(verdict.World(sys.argv[2]), strict=sys.argv[3:] == ["strict"], limits=limits):
    print(v.text()[:20], *v.bad, sep="|")
X
look() { python3 -B "$T/verdict.py" "$W" "$@" 2>&1; }
# what is wrong in a copy that COMMAND has changed
fault() {
	rm -rf "$T/copy"
	cp -R "$I" "$T/copy"
	(cd "$T/copy" && "$@")
	look "$T/copy" | grep BAD | sed 's/ *BAD *|/: /'
}
is "all is well" "$(look "$I" | grep -c ' ok')" 5
is "and nothing else" "$(look "$I" | wc -l | tr -d ' ')" 5

edit() { f=$1; shift; sed -i "$@" "$f"; }
twice() { sed -n '1p' world/log/good >>world/log/good; }
is "a double" "$(fault twice)" "good: <g1@y> came 2 times, and the log was in doubt 0 times"
is "one that the log did not announce" "$(fault edit log/deliver-final/current 's/	doubt:1//')" \
	"dot: <d1@y> came 2 times, and the log was in doubt 0 times"
thrice() { sed -n '$p' world/log/dot >>world/log/dot; }
is "a third one, where one was announced" "$(fault thrice)" "dot: <d1@y> came 3 times, and the log was in doubt 1 times"
is "a message lost" "$(fault edit world/log/good 1d)" "good: <g1@y> is missing: the log says sent"
is "one altered" "$(fault edit world/log/good "1s/$one/$(echo | sha256sum | cut -d' ' -f1)/")" \
	"good: <g1@y> was altered on its way"
is "one late: after the log said it was there" "$(fault edit world/log/good "1s/^t:[0-9.]*/t:$((zero + 5))/")" \
	"good: <g1@y> came after the log said so"
is "one to somebody else" "$(fault edit world/log/good '1s/to:joe/to:jim/')" "good: <g1@y> came for jim@good.auto.test"
is "from somebody else" "$(fault edit world/log/good '1s/from:ann/from:eve/')" "good: <g1@y> came from eve@y"
astray() { sed -n 1p world/log/good >>world/log/bare; sed -i 1d world/log/good; }
is "one that has gone astray" "$(fault astray | tr '\n' ' ')" "good: <g1@y> came to bare "
is "one that came although the log says bounced" "$(fault edit log/deliver-final/current '/id:g1/s/ev:sent/ev:bounced/')" \
	"good: <g1@y> came, and the log says bounced"
is "two ends" "$(fault edit log/deliver-final/current '/id:g1/p')" "good: <g1@y> has 2 ends in the log"
strange() { sed -n '1s/g1/x1/p' world/log/good >>world/log/good; }
is "one that nobody has sent" "$(fault strange)" "good: <x1@y> came, and nobody has sent it"
is "more in a window than the limit" "$(fault edit world/log/rate 's/450 4.7.0 too fast/250 2.0.0 taken/; $d')" \
	"rate: 3 came in the window 00:00:01..00:01:01, limit 2/60"
hasty() { printf 't:1\tc:1\twhat:early\ttext:MAIL\n' >>world/log/bare; }
is "one who does not wait" "$(fault hasty)" "bare: 1 times it was spoken to before it had answered"
is "another suite" "$(fault edit world/log/good 's/suite:ECDHE-X/suite:ECDHE-Y/')" \
	"good: <s1@y> came under TLSv1.2,ECDHE-Y, and the log says TLSv1.2,ECDHE-X"
is "a session that was resumed" "$(fault edit world/log/good 's/resumed:0/resumed:1/')" \
	"good: <s1@y> came under TLSv1.2,ECDHE-X, and the log says TLSv1.2,ECDHE-X"
is "another name" "$(fault edit world/log/good 's/sni:mx.good/sni:mx.bad/')" "good: <s1@y> came where mx.bad.auto.test was asked for"
is "no TLS" "$(fault edit world/log/good '/what:tls/d')" "good: <s1@y> came in clear, and the log says TLSv1.2,ECDHE-X"
# its last copy came to the good second host, which stands before it
moved() {
	I=.
	sent t2 two; came two 100 t2; said t2 101 deferred doubt:1
	came good 120 t2 '250 2.0.0 taken' two; said t2 121 sent tls:TLSv1.2,ECDHE-X tls-policy:may
	sed -i '/<t2@y>/s/c:1/c:2/' world/log/good
}
is "but of two copies the last one is looked at" "$(fault moved)" ""
is "no REQUIRETLS, where it was asked for" "$(fault edit world/log/good 's/requiretls:1/requiretls:0/')" \
	"good: <s1@y> came without REQUIRETLS"
is "and the other way round" "$(fault edit world/sent 's/requiretls:1/requiretls:0/')" "good: <s1@y> came with REQUIRETLS"
clear() { sed -i '/what:tls/d' world/log/good; sed -i 's/tls:TLS[^	]*/tls:none/' log/deliver-final/current; }
is "none, where there must be" "$(fault clear)" "good: <s1@y> came in clear under must"
behind() { printf 't:1\tc:2\twhat:close\thow:quit\tclear:7\n' >>world/log/good; }
is "something in clear behind STARTTLS" "$(fault behind)" "good: 7 bytes in clear behind STARTTLS"
is "more in a window than a limit that is asked about" "$(look "$I" 2 | sed -n '/BAD/s/ *BAD *|/: /p')" \
	"good: 3 came in the window 00:00:01..00:01:01, limit 2/60"
is "a refusal, to the strict" "$(look "$I" strict | grep -c BAD)" 1
is "which says it" "$(look "$I" strict | grep BAD | cut -d'|' -f2)" "it refused 1 for its limits"

cat >"$T/once.py" <<'X'
import sys
sys.path.insert(0, sys.argv[1])
import verdict
log = [{"t": t, "what": w} for t, w in (("2", "open"), ("1", "open"), ("2", "close"), ("3", "msg"), ("4", "open"), ("5", "close"))]
print(verdict.at_once(log), verdict.at_once([]))
X
is "connections at once: one that goes makes room" "$(python3 -B "$T/once.py" "$W")" "2 0"

# one that starts waits for who asks whether it runs, and not for one that runs
cat >"$T/taken.py" <<'X'
import fcntl, sys, threading
sys.path.insert(0, sys.argv[1])
import world
for seconds in 0.2, 60:
    ours, theirs = open(sys.argv[2], "a"), open(sys.argv[2], "a")
    fcntl.flock(theirs, fcntl.LOCK_SH)
    t = threading.Timer(seconds, theirs.close)
    t.start()
    print(world.taken(ours))
    t.cancel()
    ours.close()
    theirs.close()
X
is "the lock of a world" "$(python3 -B "$T/taken.py" "$W" "$T/pid" | tr '\n' ' ')" "True False "

# the windows, against counting
cat >"$T/most.py" <<'X'
import random, sys
sys.path.insert(0, sys.argv[1])
import verdict
random.seed(1)
for _ in range(300):
    t = [random.randrange(50) / 2 for _ in range(random.randrange(1, 20))]
    p = random.randrange(1, 10)
    want = max(sum(1 for u in t if x <= u < x + p) for x in t)
    if verdict.most(t, p)[0] != want:
        print(sorted(t), p, want, verdict.most(t, p))
X
is "most in a window is counted right" "$(python3 -B "$T/most.py" "$W")" ""
done_testing
