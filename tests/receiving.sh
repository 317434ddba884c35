# A receiving chain for one message; used after lib.sh, in $T.
mkdir conf tmp home
export HOME="$T/home" TMPDIR="$T/tmp"
echo mx.test >conf/me
echo local.test >conf/local
conf-build conf && queue-check -i queue || exit 1
# chain LINK...: what stands between smtp-recv and queue-inject
chain() { printf '%s\n' "exec env TCPREMOTEIP=${ip:-192.0.2.7} smtp-recv -C conf $* queue-inject queue 2>>log" >chain.sh; }
# send OPTION...: one message from outside; what swaks says in said
send() {
	timeout 120 swaks --pipe 'sh chain.sh' --ehlo client.example --from "${from:-a@b.example}" --to c@local.test "$@" >said 2>&1
}
queued() { queue-list -l queue 2>/dev/null | wc -l; }
reply() { sed -n 's/^<\*\* *//p; s/^<-  \(250 .*ok .*\)/\1/p' said | tail -1; }
show() { queue-show queue "$(sed -n 's/^<-  250.* ok //p' said | tail -1)" 2>/dev/null; }
