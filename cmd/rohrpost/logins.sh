# rohrpost(8): who may log in

# a line that nobody sees
secret() {
	printf '%s: ' "$1" >&2
	IFS= read -r said
	echo >&2
}

# a person is asked twice
ask_password() {
	saved=$(stty -g) || exit 111
	trap 'stty "$saved"; exit 111' HUP INT TERM
	stty -echo
	secret "password of $1"
	first=$said
	secret "once more"
	stty "$saved"
	trap - HUP INT TERM
	[ "$first" = "$said" ] || die 100 "these are two passwords"
}

# user-add DIR NAME [--scram], user-list DIR, user-del DIR NAME: the logins of
# an instance; root goes on in there as whoever the folder belongs to
logins() {
	scram=''
	case $verb.$#.${3:-} in
	user-list.1. | user-add.2. | user-del.2.) ;;
	user-add.3.--scram) scram=-s ;;
	*) usage ;;
	esac
	# an option with no name is no name
	case $verb.${2:-} in user-add.-*) usage ;; esac
	instance "$@"
	[ -d "$dir/logins" ] || mkdir -m 700 "$dir/logins" || die 111 "unable to make $dir/logins"
	case $verb in
	user-list) exec auth-user list "$dir/logins" ;;
	user-del) exec auth-user del "$dir/logins" "$2" ;;
	esac
	# shellcheck disable=SC2086
	[ -t 0 ] || exec auth-user $scram add "$dir/logins" "$2"
	ask_password "$2"
	# shellcheck disable=SC2086
	printf '%s\n' "$said" | auth-user $scram add "$dir/logins" "$2"
}
