#!/bin/sh
# A job that is under way is never given out again, and an attempt whose
# outcome is unknown is announced as a possible second copy: over a deadline,
# stops, restarts and answers of `later'.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
fresh() { no_queue q; queue-check -i q || exit 1; }
fill() { python3 "$top/tests/tools/fillqueue.py" q "$@" >ids; }
empty() { [ "$(find q/mess -type f | wc -l)" -eq 0 ]; }
events() { grep -c "ev:$1$tab" log; }
has() { [ "$(events "$2")" -ge "$1" ]; }
run() { bg queue-run "$@" 2>>log; run_pid=$bg_pid; }
stop() { kill "$run_pid"; wait "$run_pid"; run_status=$?; }
came() { [ "$(wc -l <jobs)" -ge "$1" ]; }
# the local part tells the link what to do, a word for each time a job comes:
# sent, later, or never; slow is sent, after 3 seconds.  Each job is noted.
cat >link <<'X'
import sys, threading, time
lock = threading.Lock()
times = {}
def say(f, what):
    with lock:
        sys.stdout.write("id:%s\tn:%s\t%s\n" % (f["id"], f["n"], what))
        sys.stdout.flush()
for line in sys.stdin:
    f = dict(x.split(":", 1) for x in line.rstrip("\n").split("\t"))
    key = f["id"] + f["n"]
    words = f["to"].split("@")[0].split("+")
    seen = times[key] = times.get(key, -1) + 1
    word = words[min(seen + int(sys.argv[1]), len(words) - 1)]
    with open("jobs", "a") as out:
        out.write(f["to"] + (" doubt" if "doubt" in f else "") + "\n")
    if word == "slow":
        threading.Timer(3, say, (f, "status:sent")).start()
    elif word == "wait": # until somebody had time to hold it
        threading.Timer(1, say, (f, "status:later\tnext:%.3f" %
                                 time.time())).start()
    elif word == "later":
        say(f, "status:later\tnext:%.3f" % (time.time() + 0.05))
    elif word == "doubt":
        say(f, "status:deferred\tdoubt:1\tnext:%.3f" % (time.time() + 600))
    elif word != "never":
        say(f, "status:" + word)
X

# longer than the deadline: one copy, the late result counts, and others
# have the place in the window
fresh; : >jobs; : >log
fill 2 to=slow@a.example
run -t 1 -w 2 q python3 link 0
wait_for 5 came 2
ok "past the deadline" "$(wait_for 5 grep -q 'jobs were not answered in 1 s' log; echo $?)"
late() { queue-ctl q status | grep -q "out:2${tab}overdue:2"; }
ok "status says so" "$(wait_for 2 late; echo $?)"
printf '39:from a@b.example\nto sent@d.example\n\nhi\n,' | queue-inject q >/dev/null 2>&1
ok "others go meanwhile" "$(wait_for 2 came 3; echo $?)"
ok "late results count" "$(wait_for 8 empty; echo $?)"
stop
is "each went once" "$(sort jobs | uniq -c | tr -s ' ')" " 1 sent@d.example
 2 slow@a.example"
is "there is no doubt" "$(events duplicate)" 0

# a filter that drops jobs: its chain is ended, they come again, announced
fresh; : >jobs; : >log
fill 1 to=never+sent@a.example
run -t 1..2 q python3 link 0
wait "$run_pid"
is "a lost job ends the chain" $? 111
like "which is said" "$(cat log)" "was not answered in 2 s and counts as lost"
like "the doubt stands in the file" "$(cat q/mess/*/*)" "^to Q [?] 00000"
run q python3 link 1
ok "it comes again" "$(wait_for 9 empty; echo $?)"
stop
is "in doubt" "$(cat jobs)" "never+sent@a.example
never+sent@a.example doubt"
is "which the log says" "$(events duplicate)" 1

# doubt outlives `later' and a restart, until the job was really tried
fresh; : >jobs; : >log
fill 1 to=doubt+later+later+never+later+sent@a.example
run q python3 link 0
wait_for 5 came 1
wait_for 5 has 1 deferred
like "stands in the file" "$(cat q/mess/*/*)" "^to Q [?] 00001"
queue-ctl q retry all >/dev/null
wait_for 5 came 4
stop
run q python3 link 4
wait_for 5 queue-ctl q status
queue-ctl q retry all >/dev/null
ok "sent at last" "$(wait_for 5 empty; echo $?)"
stop
is "in doubt all the time" "$(sed 's/.* //' jobs | uniq -c | tr -s ' ')" " 1 doubt+later+later+never+later+sent@a.example
 5 doubt"
is "said by each queue-run" "$(events duplicate)" 2

# held after an answer of later, and released: it goes
fresh; : >jobs; : >log
fill 1 to=wait+later+later+sent@a.example
run q python3 link 0
wait_for 5 came 1
id=$(cat ids)
held() { grep -q '^to H' q/mess/*/"$id"; }
queue-ctl q hold "$id" >/dev/null
wait_for 5 held
queue-ctl q release "$id" >/dev/null
ok "held, then released" "$(wait_for 5 has 1 sent; echo $?)"
stop

# a stop waits for the reply to a final dot; else the doubt is kept
server() {
	rm -rf mx; mkdir mx
	bg python3 "$top/tests/tools/fakemx.py" mx "$@"; mx_pid=$bg_pid
	wait_for 10 test -e mx/port
	mx="s/\$/${tab}site:s${tab}mx:h\/$(cat mx/port)\/127.0.0.1/"
}
chain() { run "$@" q sh -c "sed -u '$mx' | exec remote-send"; }
dots() { [ "$(grep -c '> \.' mx/log)" -ge "$1" ] || [ "$(ls mx/msg.* 2>/dev/null | wc -l)" -ge "$1" ]; }
for dot in 'sleep:3:250 2.0.0 ok' hang; do
	fresh; : >log
	server "dot=$dot"
	fill 5 to=u%d@a.example
	chain
	ok "five final dots" "$(wait_for 60 dots 5; echo $?)"
	stop
	is "stopped in time ($dot)" "$run_status" 0
	case $dot in
	hang)
		is "no outcome" "$(events sent) $(events deferred)" "0 5"
		is "doubt for each in the file" "$(cat q/mess/*/* | grep -c '^to Q [?] 00001')" 5
		kill "$mx_pid"
		server
		chain
		wait_for 5 queue-ctl q status
		queue-ctl q retry all >/dev/null
		ok "sent by the next" "$(wait_for 10 has 5 sent; echo $?)"
		stop
		is "each announced" "$(events duplicate)" 5
		;;
	*)
		is "all replies were waited for" "$(events sent) $(events deferred)" "5 0"
		;;
	esac
	kill "$mx_pid"
done

# 3 MB to a slow reader, a deadline that is shorter: one copy
cat >slow.py <<'X'
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
s.bind(("127.0.0.1", 0)); s.listen(9)
open("slow.port", "w").write(str(s.getsockname()[1]))
import threading
def serve(c):
    c.sendall(b"220 x\r\n")
    buf, data = b"", False
    while True:
        d = c.recv(65536)
        if not d:
            return
        buf = buf[-4:] + d if data else buf + d
        if data:
            time.sleep(len(d) / 1e6)
            if not buf.endswith(b"\r\n.\r\n"):
                continue
            data = False; buf = b""
            open("copies", "a").write("x\n")
            c.sendall(b"250 ok\r\n")
        while not data and b"\r\n" in buf:
            l, buf = buf.split(b"\r\n", 1)
            data = l[:4].upper() == b"DATA"
            c.sendall(b"354 go\r\n" if data else b"250 ok\r\n")
while True:
    threading.Thread(target=serve, args=(s.accept()[0],), daemon=True).start()
X
bg python3 slow.py
wait_for 5 test -s slow.port
mx="s/\$/${tab}site:s${tab}mx:h\/$(cat slow.port)\/127.0.0.1/"
fresh; : >log
fill 1 to=u@a.example size=3000000
chain -t 1
ok "delivered" "$(wait_for 30 empty; echo $?)"
like "past its deadline" "$(cat log)" "jobs were not answered in 1 s"
stop
is "one copy" "$(wc -l <copies)" 1
done_testing
