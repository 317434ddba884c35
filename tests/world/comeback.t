#!/bin/sh
# What comes back of messages that a server of the world has taken.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
cat >"$T/receivers" <<'X'
m back=bounce:40/60,complain:10,unsubscribe:10,one-click:10,autoreply:10
nowhere back=unsubscribe:100
X
export ROHRPOST_CLOCK
ROHRPOST_CLOCK=$(PYTHONPATH=$W python3 -Bc 'import clock; print(clock.value(60))')
home=$(free_port)
bg python3 "$top/tests/tools/mailsink.py" "$home" "$T/mail"
# where one-click is heard of: not the first time
cat >"$T/web.py" <<'X'
import http.server, os, sys
class Web(http.server.BaseHTTPRequestHandler):
    first = True
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(503 if Web.first else 200)
        self.end_headers()
        print(503 if Web.first else 200, self.path, self.headers["Host"], body, flush=True)
        Web.first = False
    def log_message(self, *_):
        pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web)
open(sys.argv[1] + ".new", "w").write("%d" % s.server_address[1])
os.rename(sys.argv[1] + ".new", sys.argv[1])
s.serve_forever()
X
bg python3 "$T/web.py" "$T/web" >"$T/posts"
wait_for 10 test -s "$T/web"
bg python3 "$W/receiver.py" --listen 127.0.0.1 --port 0 --ports "$T/ports" --home "127.0.0.1:$home" --unsub "127.0.0.1:$(cat "$T/web")" \
	"$T/receivers" "$T/log"
wait_for 10 test -s "$T/ports"
cat >"$T/mail.py" <<'X'
import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=20) as s:
    for i in range(100):
        s.sendmail("b-%d@back.example" % i, ["joe%d@m.example" % i], "Message-ID: <%d@x>\r\nSubject: news\r\nList-Unsubscribe:"
                   " <https://news.example/u/t%d>,\r\n\t<mailto:leave@back.example?subject=t%d>\r\n\r\nhi\r\n" % (i, i, i))
with smtplib.SMTP("127.0.0.1", int(sys.argv[2]), timeout=20) as s:
    s.sendmail("", ["joe@m.example"], "Subject: a report\r\nList-Unsubscribe: <mailto:a@b.example>\r\n\r\nhi\r\n")
    s.sendmail("a@b.example", ["joe@m.example"], "Subject: no links\r\n\r\nhi\r\n")
X
# shellcheck disable=SC2046
python3 "$T/mail.py" $(cut -d' ' -f3 "$T/ports"); ok "messages are taken" $?
logged() { grep "what:$1" "$T/log/m"; }
all_back() { [ "$(logged back | wc -l)" = 80 ]; }
wait_for 30 all_back; ok "all comes back" $?
is "of each as much as was asked for" "$(logged back | grep -o 'kind:[a-z-]*' | sort | uniq -c | tr -s ' \n' ' ')" \
	" 10 kind:autoreply 40 kind:bounce 10 kind:complain 10 kind:one-click 10 kind:unsubscribe "
is "bounces of all forms" "$(logged back | grep -o 'form:.*' | cut -f1 | sort -u | tr '\n' ' ')" \
	"form:arf form:bare form:dsn form:dsn-bare form:exim form:mailto form:post form:qmail form:vacation "
cat >"$T/late.py" <<'X'
import sys
sys.path.insert(0, sys.argv[2])
import ltsv
lines = ltsv.read(sys.argv[1])
taken = {l["id"]: float(l["t"]) for l in lines if l["what"] == "msg"}
waits = [float(l["t"]) - taken[l["id"]] for l in lines if l.get("kind") == "bounce"]
print(len(waits), min(waits) >= 60)
X
is "a minute later" "$(python3 -B "$T/late.py" "$T/log/m" "$W")" "40 True"
# shellcheck disable=SC2016
is "to the envelope sender, who is not answered" "$(logged back | grep -c '	kind:bounce	.*	from:\(b-[0-9]*@back.example\)	at:\1	reply:250 ')" 40
is "complaints to their address" "$(logged back | grep -c '	kind:complain	.*	at:fbl@back.example	')" 10
is "wishes to theirs" "$(logged back | grep -c '	form:mailto	.*	at:leave@back.example	')" 10
is "with the subject that was asked for" "$(grep -a '^Subject: t[0-9]*' "$T/mail" | sort -u | wc -l | tr -d ' ')" 10
is "mail of three kinds has come" "$(grep -ac '^Feedback-Type: abuse' "$T/mail") $(grep -ac '^Auto-Submitted: auto-replied' "$T/mail") $(grep -ac '^Status: 5.1.1' "$T/mail")" \
	"10 10 $(logged back | grep -c 'form:dsn')"
like "POSTs, as RFC 8058 has them" "$(cat "$T/posts")" '^200 /u/t[0-9]+ news.example List-Unsubscribe=One-Click$'
is "again where it was not taken" "$(grep -c ^503 "$T/posts") $(grep -c ^200 "$T/posts")" "1 10"

for bad in bounce sneeze:10 bounce:101 bounce:60,complain:41 bounce:1,bounce:1 bounce:1/x bounce:1/1/1 ''; do
	echo "a back=$bad" >"$T/bad"
	status "bad: back=$bad" 1 python3 "$W/receiver.py" --port 0 "$T/bad" "$T/log"
done
echo "a back=bounce:60/5,complain:40" >"$T/good"
PYTHONPATH=$W python3 -Bc 'import manners, sys; manners.load(sys.argv[1])' "$T/good"; ok "all of a hundred may" $?
is "no report is answered, nor who has said no address" "$(grep -o 'what:[bn]o*[aw][^	]*	kind:[a-z]*' "$T/log/nowhere" | tr '\t' ' ')" \
	"what:nowhere kind:unsubscribe"
is "share: of the first hundred, and of each" "$(PYTHONPATH=$W python3 -Bc '
import comeback
b = comeback.parse("bounce:30,complain:7")
for first in 0, 100, 77:
    kinds = [comeback.share(b, i) for i in range(first, first + 100)]
    print(kinds.count(("bounce", 0)), kinds.count(("complain", 0)), kinds.count(None), end=" ")')" "30 7 63 30 7 63 30 7 63 "
done_testing
