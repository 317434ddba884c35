# rohrpost(8): connections to other servers word for word

# orders them, and shows them as they come
trace() {
	[ $# = 2 ] || [ $# = 3 ] || usage
	instance "$1"
	what=$2 times=${3:-1}
	case $what in
	*[!!-~]*) usage ;;
	site:?* | host:?* | ip:?* | domain:?*) ;;
	*) usage ;;
	esac
	case $times in
	[1-9] | [1-9][0-9] | 100) ;;
	*) usage ;;
	esac
	[ -d "$dir/trace" ] || die 111 "$dir/trace is missing: the instance was made by an older rohrpost: rohrpost upgrade $dir"
	act trace "$what"
	pipe=$(mktemp -d) || exit 111
	mkfifo "$pipe/log" || exit 111
	shower=''
	trap '[ -z "$shower" ] || kill "$shower" 2>/dev/null; rm -rf "$pipe"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	log-show -f -n 1 "$dir"/log/*/ >"$pipe/log" &
	shower=$!
	since=$(date -u +%Y-%m-%dT%H:%M:%S)
	{ printf '%s %s\n' "$what" "$times" >"$dir/trace/orders.new" && mv "$dir/trace/orders.new" "$dir/trace/orders"; } ||
		die 111 "unable to write $dir/trace/orders"
	echo "rohrpost: info: waiting for $times connection(s) to $what" >&2
	dialogue "$since" "$times" <"$pipe/log"
}

# dialogue SINCE COUNT: the events as people read them, until so many are over.
# awk may wait for more of a pipe than a line.
dialogue() {
	seen=' ' over=0
	set -f
	while IFS= read -r line; do
		case $line in
		*"${tab}ev:trace$tab"*) ;;
		*) continue ;;
		esac
		ts='' conn='' host='' ip='' ms='' dir='' text=''
		IFS=$tab
		for field in $line; do
			case $field in
			ts:*) ts=${field#*:} ;;
			conn:*) conn=${field#*:} ;;
			host:*) host=${field#*:} ;;
			ip:*) ip=${field#*:} ;;
			ms:*) ms=${field#*:} ;;
			dir:*) dir=${field#*:} ;;
			text:*) text=${field#*:} ;;
			esac
		done
		unset IFS
		# of an order before this one
		expr "x$ts" \< "x$1" >/dev/null && continue
		case $seen in
		*" $conn "*) ;;
		*)
			seen="$seen$conn "
			printf '%s connection %s: %s %s\n' "$ts" "$conn" "$host" "$ip"
			;;
		esac
		printf '%s %7d ms %s %s\n' "$conn" "$ms" "$dir" "$text"
		[ "$dir $text" = '- closed' ] || continue
		over=$((over + 1))
		[ $over -lt "$2" ] || break
	done
}
