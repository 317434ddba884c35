#!/bin/sh
# What people ask of a queue: queue-list, queue-show and queue-ctl beside a
# queue-run, and its control socket with clients that misbehave.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tools=$top/tests/tools
fill() { python3 "$tools/fillqueue.py" "$@"; }
run() {
	bg queue-run "$@" q python3 "$tools/fakelink.py" 2>log
	run_pid=$bg_pid
	wait_for 10 queue-ctl q status
}
stop() { queue-ctl q stop >/dev/null 2>&1; wait "$run_pid"; }
# where ID: in which place queue-list sees a message
where() { queue-list -l q "$1" | sed -n 's/.*	where:\([a-z]*\).*/\1/p'; }
in_place() { [ "$(where "$1")" = "$2" ]; }

# what the scheduler knows
queue-check -i q
waits=$(fill q 1 to=deferred@waits.example)
out=$(fill q 1 to=silent@out.example)
off=$(fill q 1 to=off@off.example)
later=$(($(date +%s) + 7200))
held_by=$(fill q 1 to=sent@until.example "line=hold-until $later")
status "from the files" 0 queue-list q
like "is said" "$(tail -1 out)" "^total: recipients 4, messages 4, bytes 4000; queued 4; from the files: no queue-run works there$"
like "and when its sender lets it go" "$(grep "$held_by" out)" "\(sender holds it until 20..-..-..T..:..:..Z \(in (1h|2h|1..m)\)\)"
queue-show -h q "$waits" >shown 2>err
like "queue-show says it, too" "$(cat err)" "from the file: no queue-run works on q"
run
wait_for 10 in_place "$waits" waiting
wait_for 10 in_place "$off" waiting
status "from queue-run" 0 queue-list q
like "the totals" "$(tail -1 out)" "^total: recipients 4, messages 4, bytes 4000; waiting 3, out 1; as queue-run knows it$"
like "next attempt as a date, site, and reply" "$(grep "$waits" out)" \
    " waiting  1 .*\(next attempt 20..-..-..T..:..:..Z \(in [0-9]+m\); site mx\.waits\.example\) 4\.2\.0 mx as you say$"
like "who is in the chain, since when" "$(grep "$out" out)" " out .*\(in the chain of python3 since 20..-..-..T..:..:..Z \([0-9]+s ago\)"
like "the text of later" "$(grep "$off" out)" "site mx\.off\.example; put off: limit of the day\)$"
like "LTSV" "$(queue-list -l q "$off")" "	where:waiting	site:mx.off.example	later:limit of the day"
queue-show q "$off" >shown
like "queue-show" "$(cat shown)" "^	\(?next attempt 20.* put off: limit of the day\)?$"
is "a site" "$(queue-list -i q site:MX.waits.example)" "$waits"
is "what is out" "$(queue-list -i q state:out)" "$out"
queue-ctl q hold "$out" >answer
like "an order that waits for it" "$(queue-list q "$out")" "held when it comes back"
queue-ctl q suspend domain:waits.example >answer
like "a suspended domain" "$(queue-list q "$waits")" "suspended by order 1"
queue-ctl q hold all >answer
like "all is held" "$(queue-list q | tail -1)" "; everything is held$"
queue-ctl q release all >answer
queue-ctl q resume domain:waits.example >answer
status "resume what is not suspended" 1 queue-ctl q resume domain:until.example.org

# the socket
cat >client.py <<'END'
import socket, subprocess, sys, time

def dial():
    s = socket.socket(socket.AF_UNIX)
    s.connect("q/ctl")
    s.settimeout(20)
    return s

def rest(s):
    got = b""
    while True:
        b = s.recv(65536)
        if not b:
            return got.decode()
        got += b

def status():
    return subprocess.run(["queue-ctl", "q", "status"], timeout=20,
                          stdout=subprocess.DEVNULL).returncode

if sys.argv[1] == "half":
    s = dial()
    s.sendall(b"cmd:status\ncmd:show\tsel:id\targ:%s\n" % sys.argv[2].encode())
    s.shutdown(socket.SHUT_WR)
    print(rest(s), end="")
elif sys.argv[1] == "cut":
    s = dial()
    s.sendall(b"cmd:delete\tsel:all")
    s.shutdown(socket.SHUT_WR)
    print(rest(s), end="")
elif sys.argv[1] == "long":
    # more than the socket holds, and read late
    s = dial()
    ids = sys.stdin.read().split()
    for i in range(0, len(ids), 100):
        s.sendall(b"cmd:show\tsel:id\targ:%s\n" % " ".join(ids[i:i + 100]).encode())
    s.shutdown(socket.SHUT_WR)
    time.sleep(0.5)
    got = rest(s).splitlines()
    print(len([l for l in got if l.startswith("id:")]),
          len([l for l in got if l.startswith("ok:1")]))
elif sys.argv[1] == "idle":
    idle = [dial() for _ in range(100)]
    print("status", status())
    last = idle[-1]
    last.sendall(b"cmd:status\n")
    print("last", last.recv(9).decode())
    print("first", len(rest(idle[0])))
elif sys.argv[1] == "deaf":
    # asks for much and reads nothing: a place that can be taken
    deaf = [dial() for _ in range(40)]
    ask = b"cmd:show\tsel:id\targ:%s\n" % " ".join([sys.argv[2]] * 100).encode()
    for s in deaf:
        s.setblocking(False)
        try:
            while True:
                s.send(ask * 20)
        except OSError:
            pass
    print("status", status())
END
timeout 30 python3 client.py half "$out" >talk
is "a client that shuts its side gets all answers" "$(grep -c ^ok:1 talk) $(grep -c ^messages talk) $(grep -c "^id:$out" talk)" "2 1 1"
timeout 30 python3 client.py cut >talk
is "a request without its end is none" "$(cat talk)" "ok:0	text:request without a line end"
timeout 30 python3 client.py idle >talk
is "100 idle ones lock nobody out" "$(cat talk)" "status 0
last messages:
first 0"
timeout 30 python3 client.py deaf "$out" >talk
is "nor do those that do not read" "$(cat talk)" "status 0"
stop

# many
no_queue q; queue-check -i q
fill q 3000 to=deferred@many.example >ids
run
known() { queue-ctl q status | grep -q '^messages:3000	'; }
wait_for 30 known
is "a long answer, read late" "$(timeout 30 python3 client.py long <ids)" "3000 30"
is "the list has all" "$(queue-list -l q | grep -c 'where:')" 3000
is "ids go through a pipe" "$(queue-list -i q | queue-ctl q hold -)" "ok:1	count:3000	out:0	failed:0"
is "held" "$(queue-list q | tail -1)" "total: recipients 3000, messages 3000, bytes 3000000; held 3000; as queue-run knows it"
status "some ids that are there" 0 sh -c 'echo 0123456789abcdefgh1v | cat - ids | queue-ctl q release -'
like "are told apart" "$(cat err)" "of 1 of these ids no message waits"
stop

# selections agree with a model
no_queue q; queue-check -i q
touch q/held
run
is "random selections" "$(python3 "$tools/pickqueue.py" q 1 40 2>&1)" ""
stop
done_testing
