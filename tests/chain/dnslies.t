#!/bin/sh
# A name server that answers with bytes that are none, for other questions, with
# aliases without end or 64 KB of hosts, or not at all: mail to such domains
# waits, none of it is returned, and mail to others goes meanwhile.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >liar.py <<'P'
import os, random, select, socket, struct, sys, time

def name(text):
    return b"".join(bytes([len(l)]) + l for l in text.split(b".") if l) + b"\0"

def rr(owner, kind, data):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(data)) + data

A, CNAME, MX = 1, 5, 15
N = [0]

def answer(q, tcp):
    """bytes to send back, or None"""
    pos, labels = 12, []
    while q[pos]:
        labels.append(q[pos + 1:pos + 1 + q[pos]].lower())
        pos += 1 + q[pos]
    kind, = struct.unpack("!H", q[pos + 1:pos + 3])
    question, manner = q[12:pos + 5], labels[-2] if len(labels) > 1 else b""
    me = b"\xc0\x0c"
    def reply(records, ident=q[:2], question=question, flags=0x8580):
        return ident + struct.pack("!5H", flags, 1, len(records), 0, 0) + question + b"".join(records)
    mx = [rr(me, MX, b"\0\5" + name(b"mx.good.test"))] if kind == MX else []
    if labels[-2:] != [manner, b"test"]:
        return reply([], flags=0x8583)
    if labels[0] == b"mx":
        return reply([rr(me, A, bytes([192, 0, 2, 1]))] if kind == A else [])
    if manner == b"junk":
        return q[:2] + random.randbytes(200)
    if manner == b"id":
        return reply(mx, ident=bytes([q[0] ^ 1, q[1]]))
    if manner == b"question":
        return reply(mx, question=name(b"other.test") + q[pos + 1:pos + 5])
    if manner == b"owner":
        return reply([rr(name(b"elsewhere.test"), MX, b"\0\5" + name(b"mx.good.test"))])
    if manner == b"loop":
        return reply([rr(me, CNAME, name(b"b.loop.test" if labels[0] == b"a" else b"a.loop.test"))])
    if manner == b"endless":
        N[0] += 1
        return reply([rr(me, CNAME, name(b"n%d.endless.test" % N[0]))])
    if manner == b"pointer":
        return reply([rr(me, MX, b"\0\5\xc0" + bytes([len(q[:pos + 5]) + 14]))])
    if manner == b"count":
        return q[:2] + struct.pack("!5H", 0x8580, 1, 65535, 65535, 65535) + question + b"".join(mx)
    if manner == b"length":
        return reply([me + struct.pack("!HHIH", MX, 1, 60, 60000) + b"\0\5"])
    if manner == b"huge":
        if not tcp:
            return reply([], flags=0x8780)
        return reply([rr(me, MX, b"\0\5" + name(b"m%d" % i) [:-1] + me) for i in range(3000)][:65000 // 24]) if kind == MX else reply([])
    if manner == b"cut":
        return None if tcp else reply([], flags=0x8780)
    if manner == b"silent":
        return None
    return reply(mx)

udp, tcp = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
while True:
    udp.bind(("127.0.0.1", 0))
    try:
        tcp.bind(udp.getsockname())
        break
    except OSError:
        udp.close()
        udp = socket.socket(type=socket.SOCK_DGRAM)
tcp.listen(50)
with open("port.new", "w") as f:
    f.write("%d\n" % udp.getsockname()[1])
os.rename("port.new", "port")
conns = []
while True:
    for s in select.select([udp, tcp] + conns, [], [])[0]:
        if s is udp:
            q, peer = udp.recvfrom(65536)
            a = answer(q, False)
            if a is not None:
                udp.sendto(a, peer)
        elif s is tcp:
            conns.append(tcp.accept()[0])
        else:
            try:
                q = s.recv(65536)
                a = answer(q[2:], True) if len(q) > 14 else None
                if a is not None:
                    s.sendall(struct.pack("!H", len(a)) + a)
                    continue
            except OSError:
                pass
            conns.remove(s)
            s.close()
P
bg python3 liar.py
wait_for 20 test -s port
mkdir conf
echo me.example >conf/me
conf-build conf 2>/dev/null
lies="junk id question loop endless pointer count length cut silent"
# that there is nothing is no lie that can be seen
nothing="owner huge"
job() { printf 'id:%s\tn:0\tfrom:a@x.example\tto:u@%s.test\tsize:18\ttry:0\n' "$1" "$2"; }
mkfifo in
route -r "127.0.0.1@$(cat port)" conf answer status:sent <in >out 2>err & route=$!
tap_pids="$tap_pids $route"
exec 3>in
for l in $lies $nothing; do job "$l" "a.$l"; done >&3
n=0
while [ $n -lt 50 ]; do n=$((n + 1)); job "good$n" "d$n.good"; done >&3
has() { [ "$(grep -c "$1" out)" -ge "$2" ]; }
wait_for 60 has '^id:good.*status:sent' 50; ok "mail to others goes" $?
# shellcheck disable=SC2086
set -- $lies $nothing
wait_for 60 has '^id:' $((50 + $#)); ok "each lie is answered" $?
for l in $lies; do
	like "$l" "$(grep "^id:$l	" out)" 'status:(deferred|later)	.*text:'
done
for l in $nothing; do
	like "$l" "$(grep "^id:$l	" out)" 'status:bounced	.*esc:5.4.4	.*text:the hosts of .* have no address'
done
kb=$(awk '/VmHWM/ { print $2 }' "/proc/$route/status")
exec 3>&-
wait "$route"; is "route ends well" $? 0
if grep -q __asan_init "$(command -v route)"; then
	skip "memory: instrumented program"
else
	[ "$kb" -lt 64000 ]; ok "in $kb KB" $?
fi
sed 's/^/# /' err
done_testing
