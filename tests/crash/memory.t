#!/bin/sh
# Programs under a limit as services give them one (chpst -d, the data segment):
# whoever has no memory left says so in one line and ends with 111, at whatever
# moment it is refused, and not by a signal.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
bin=${ROHRPOST_BIN:-$top/build/bin}
if readelf -d "$bin/queue-run" | grep -q 'NEEDED.*lib[au]*b*san'; then
	skip "built with sanitizers"
	done_testing
	exit 0
fi
mkdir conf keys certs tmp mail
: >conf/throttle; : >conf/tls; echo me.example >conf/me; echo '* mx' >conf/routes
conf-build conf >/dev/null 2>&1
queue-check -i queue >/dev/null
dkim-key generate keys a.example sel >/dev/null 2>&1

# sweep NAME INPUT COMMAND...: from the least memory in which it can be loaded, and
# says what its options are, upwards until it works: before that it says that
# there is no memory
loads() {
	# what cannot be is killed, which the inner shell would say
	sh -c '(ulimit -d "$2"; exec "$1" -@); exit $?' sh "$1" "$2" >/dev/null 2>&1
	[ $? = 100 ]
}
sweep() {
	name=$1 input=$2
	shift 2
	kb=64 refused=0 bad= code=1
	until loads "$1" $kb || [ $kb -gt 4096 ]; do kb=$((kb + 16)); done
	while [ $code != 0 ] && [ $kb -lt 8192 ]; do
		(ulimit -d $kb; exec "$@") <"$input" >out 2>err
		code=$?
		case $code in
		0) ;;
		111) tail -1 err | grep -qiE "^$1: fatal: .*(out of memory|cannot allocate memory)" || bad="$bad $kb:$(tail -1 err)"
			refused=$((refused + 1)) ;;
		*) bad="$bad $kb:$code" ;;
		esac
		kb=$((kb + 16))
	done
	is "$name: works or says why not" "$bad" ""
	is "$name: in the end it works" "$code" 0
	echo "# $refused times refused, $kb KB"
}

i=0
while [ $i -lt 3000 ]; do
	printf 'id:k3p9b2m4q7r1s5t8v00k\tn:%d\tfrom:a@b.example\tto:user%d@host%d.example\tmx:h/25/127.0.0.9\n' $i $i $i
	i=$((i + 1))
done >jobs
cat >answer <<'E'
#!/bin/sh
exec sed 's/\tfrom:.*/\tstatus:sent/'
E
chmod +x answer
sweep throttle jobs throttle conf ./answer
sweep dispatch jobs dispatch to:user1\* { ./answer } { ./answer }
printf 'EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<you@me.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n' >smtp
sweep smtp-recv smtp smtp-recv -C conf -d tmp queue-inject queue
sweep key-sign /dev/null key-sign keys
sweep tls-key /dev/null tls-key conf certs
done_testing
