#!/bin/sh
# No expression leaves to the compiler in which order things are written: what
# two calls leave behind stands in statements of their own, or beside a `||`.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
# shellcheck disable=SC2046 # no name in the tree has a blank
is "calls that leave something behind have an order" "$(python3 tests/tools/order.py $(find cmd lib tests -name '*.[ch]'))" ""

tells() { # DESCRIPTION STATEMENT TEXT
	printf 'int\nf(void)\n{\n\t%s\n}\n' "$2" >"$T/x.c"
	is "$1" "$(python3 tests/tools/order.py "$T/x.c")" "${3:+$T/x.c:4: $3 have no order}"
}
tells "two puts" "r |= buf_putc(b, ' ') | buf_puts(b, s);" "buf_putc and buf_puts"
tells "three, over lines" "return put_a(b) |
	    put_b(b) | 0;" "put_a and put_b"
tells "within parentheses" "needs((r | site_cut(b)) | buf_putc(b, 0));" "site_cut and buf_putc"
tells "a sum" "n = fd_write(1, p, n) + fd_write(1, q, k);" "fd_write and fd_write"
tells "arguments" "f(word_next(&p), 1, word_next(&p));" "word_next and word_next"
tells "a statement each" "r |= buf_putc(b, ' '); r |= buf_puts(b, s);" ""
tells "an order" "return buf_putc(b, ' ') == -1 || buf_puts(b, s) == -1 ? -1 : 0;" ""
tells "what is pure" "n = ascii_hex_value(p[0]) << 4 | ascii_hex_value(p[1]);" ""
tells "a choice" "return n > 0 ? buf_puts(b, p) : buf_putc(b, '0');" ""
tells "bits" "f(O_RDONLY | O_CLOEXEC, buf_puts(b, \"a | b\"));" ""
done_testing
