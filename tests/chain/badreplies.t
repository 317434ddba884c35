#!/bin/sh
# Servers whose replies are malformed, without end, or 100 MB long: each is told
# for what it is, no more is read of it than a reply may have, remote-send does
# not grow, and mail for others goes meanwhile.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
# a server for each manner, at an address of its own; at the end of a connection
# it writes how much it could send
cat >server.py <<'P'
import asyncio, os, socket, sys
sent = open("sent", "a", 1)
PIECE = b"x" * 65536
LONG = 100 << 20


async def flood(w, piece, n=None):
    """until n bytes have gone, or nobody takes more"""
    gone = 0
    while n is None or gone < n:
        w.write(piece)
        await asyncio.wait_for(w.drain(), 20)
        gone += len(piece)


async def manner(name, r, w):
    async def line():
        return await r.readuntil(b"\n")

    async def until(word, reply=b"250 ok\r\n"):
        while True:
            verb = (await line())[:4].upper()
            if verb == word:
                return
            w.write(reply)

    if name == "endless-greeting":
        await flood(w, PIECE)
    w.write(b"220 bad\r\n" if name != "nul-greeting" else b"220 \0\xff\x80" * 100 + b"\r\n")
    if name == "unasked":
        await flood(w, b"250 ok\r\n" * 8192)
    if name == "endless-ehlo":
        await until(b"EHLO")
        await flood(w, b"250-SIZE 1000000\r\n" * 4000)
    await until(b"MAIL" if name.endswith("mail") else b"RCPT" if name.endswith("rcpt") else b"DATA")
    if name == "digits-mail":
        w.write(b"25x ok\r\n")
    elif name == "code-mail":
        w.write(b"999 ok\r\n")
    elif name == "mixed-rcpt":
        w.write(b"250-one\r\n550 two\r\n")
    elif name == "empty-mail":
        w.write(b"\r\n" * 10)
    elif name == "long-rcpt":
        await flood(w, b"550-" + PIECE[:1000] + b"\r\n", LONG)
        w.write(b"550 nobody\r\n")
    elif name == "long-line-rcpt":
        w.write(b"550 ")
        await flood(w, PIECE, LONG)
        w.write(b"\r\n")
    else:
        w.write(b"354 go on\r\n")
        while await line() != b".\r\n":
            pass
        if name == "endless-dot":
            await flood(w, b"250-ok\r\n" * 8192)
        elif name == "long-dot":
            w.write(b"250 ")
            await flood(w, PIECE, LONG)
            w.write(b"\r\n")
        else:
            w.write(b"250 ok\r\n")
            await until(b"QUIT")
    await r.read()


async def serve(name):
    async def one(r, w):
        w.transport.set_write_buffer_limits(high=0)
        w.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        n = 0
        write = w.write

        def counted(data):
            nonlocal n
            n += len(data)
            write(data)
        w.write = counted
        try:
            await manner(name, r, w)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            pass
        sent.write("%s %d\n" % (name, n))
        w.close()
    s = await asyncio.start_server(one, "127.0.0.1", 0)
    return s.sockets[0].getsockname()[1], s


async def main():
    servers = [(name,) + await serve(name) for name in sys.argv[1:]]
    with open("ports.new", "w") as f:
        f.write("".join("%s %d\n" % x[:2] for x in servers))
    os.rename("ports.new", "ports")
    await asyncio.Event().wait()
asyncio.run(main())
P
# manner, and what becomes of the mail
cat >want <<'X'
endless-greeting deferred protocol
nul-greeting sent
unasked deferred protocol
endless-ehlo deferred protocol
digits-mail deferred protocol
code-mail deferred protocol
mixed-rcpt deferred protocol
empty-mail deferred protocol
long-rcpt deferred protocol
long-line-rcpt deferred protocol
endless-dot deferred protocol doubt
long-dot deferred protocol doubt
X
# shellcheck disable=SC2046
bg python3 server.py $(cut -d' ' -f1 want)
mkdir good
bg python3 "$top/tests/tools/fakemx.py" good
wait_for 20 test -s ports; wait_for 20 test -s good/port
job() { # ID PORT
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:18\ttry:0\tfile:%s\toff:0\tsite:%s\tvia:p\ttls:none\tmx:mx.test/%d/127.0.0.1\n' \
		"$1" "$1" "$T/msg" "$3" "$2"
}
mkfifo in
remote-send -e 60 <in >out 2>err & send=$!
tap_pids="$tap_pids $send"
exec 3>in
while read -r name port; do job "$name" "$port" "$name"; done <ports >&3
n=0
while [ $n -lt 50 ]; do n=$((n + 1)); job "good$n" "$(cat good/port)" good; done >&3
has() { [ "$(grep -c "$1" out)" -ge "$2" ]; }
wait_for 60 has '^id:good.*status:sent' 50; ok "others' mail goes" $?
wait_for 60 has '^id:[a-z]*-\|^id:unasked' "$(grep -c . want)"; ok "each server's mail is answered" $?
kb=$(awk '/VmHWM/ { print $2 }' "/proc/$send/status")
while read -r name status class doubt; do
	got=$(grep "^id:$name	" out | tr '\t' '\n' | sed -n 's/^status://p; s/^class://p; s/^doubt:1/doubt/p' | tr '\n' ' ')
	is "$name" "$(echo $got)" "$(echo $status $class $doubt)"
done <want
exec 3>&-
wait "$send"
# (less than what the kernel takes for both ends is not to be seen)
written() { [ "$(grep -c . sent)" -ge "$(grep -c . want)" ]; }
wait_for 60 written
most=$(cut -d' ' -f2 sent | sort -n | tail -1)
[ "${most:-0}" -lt 8000000 ]; ok "none could send more than a little ($most bytes)" $?
if grep -q __asan_init "$(command -v remote-send)"; then
	skip "memory: instrumented program"
else
	[ "$kb" -lt 12000 ]; ok "in $kb KB" $?
fi
done_testing
