#!/bin/sh
# The mail server of tests: what it keeps is what was said to it.
. "$(dirname "$0")/../lib.sh"
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --ext PIPELINING,CHUNKING "$T/mx" 'dot@2=550 5.0.0 no'
wait_for 10 [ -e "$T/mx/port" ]; ok "it listens" $?
# talk STEP...: the codes; a step is a line with | for a line end
cat >"$T/talk.py" <<'X'
import socket, sys
s = socket.create_connection(("127.0.0.1", int(open(sys.argv[1]).read())), 10)
f = s.makefile("rb")
def reply():
    while (l := f.readline().decode())[3:4] == "-":
        pass
    return l[:3]
print(reply(), end="")
for step in sys.argv[2:]:
    s.sendall(step.replace("|", "\r\n").encode())
    print("", reply(), end="")
print()
X
talk() { python3 "$T/talk.py" "$T/mx/port" "$@"; }
is "a message in three chunks has one reply of the dot" \
	"$(talk 'EHLO me|' 'MAIL FROM:<a@b>|' 'RCPT TO:<c@d>|' 'BDAT 5|one|' 'BDAT 5|two|' 'BDAT 0 last|')" \
	"220 250 250 250 250 250 250"
is "and is one message" "$(ls "$T/mx" | grep -c msg) $(od -An -c "$T/mx/msg.1" | tr -d ' \n')" '1 one\r\ntwo\r\n'
is "chunks of one that did not end are not kept" \
	"$(talk 'EHLO me|' 'MAIL FROM:<a@b>|' 'RCPT TO:<c@d>|' 'BDAT 5|one|' 'RSET|' 'MAIL FROM:<a@b>|' 'RCPT TO:<c@d>|' 'BDAT 4 LAST|four')" \
	"220 250 250 250 250 250 250 250 550"
is "in the next" "$(cat "$T/mx/msg.2")" four
is "without a recipient" "$(talk 'EHLO me|' 'BDAT 3 LAST|one')" "220 250 503"
is "is none" "$(ls "$T/mx" | grep -c msg)" 2
done_testing
