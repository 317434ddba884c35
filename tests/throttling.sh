# throttle with a next link that plays a site; used after lib.sh.
C=$T/conf
mkdir "$C"
# table LINE...: as administrators do it
table() { printf '%s\n' "$@" >"$C/throttle"; conf-build "$C"; }
# a next link that answers each job with what its label "say" wants, after
# its label "wait" (milliseconds); writes what it gets to $T/got, with times
cat >"$T/next.py" <<'EOF'
import os, sys, select, time, heapq
got = open(sys.argv[1], "w", 1) if len(sys.argv) > 1 else None
h, buf, eof, k = [], b"", False, 0
while h or not eof:
    t = max(0, h[0][0] - time.monotonic()) if h else None
    if eof:
        time.sleep(t)
    elif select.select([0], [], [], t)[0]:
        d = os.read(0, 65536)
        eof = d == b""
        buf += d
        *lines, buf = buf.split(b"\n")
        now = time.monotonic()
        for l in lines:
            f = dict(x.split(b":", 1) for x in l.split(b"\t"))
            if got:
                got.write("%.6f %s\n" % (now, l.decode()))
            r = [x for x in l.split(b"\t")
                 if x[:2] in (b"id", b"n:") or x[:3] in (b"sit", b"via")]
            say = f.get(b"say", b"status:sent code:250").replace(b" ", b"\t")
            heapq.heappush(h, (now + int(f.get(b"wait", b"0")) / 1000, k,
                               b"\t".join(r + [say]) + b"\n"))
            k += 1
    now, out = time.monotonic(), []
    while h and h[0][0] <= now:
        out.append(heapq.heappop(h)[2])
    if out:
        os.write(1, b"".join(out))
EOF
# jobs FROM TO LABELS: one line each
jobs() {
	awk -v a="$1" -v b="$2" -v l="$3" 'BEGIN { for (i = a; i <= b; i++)
		printf "id:m%d\tn:0\tfrom:a@x\tto:b@y\t%s\n", i, l }'
}
next="python3 $T/next.py $T/got"
site=$(printf 'site:mx.example\tvia:p\tdomain:y')

# (the pipe stays open until all is answered: EOF gives back what waits)
feed() { cat "$1"; wait_for 20 all_answered "$2"; }
all_answered() { [ "$(wc -l <"$T/out")" -ge "$1" ]; }
