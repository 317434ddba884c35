/* the words of HTML */
#include "feedback/htmltext.h"
#include "tap.h"
#include <stdlib.h>

static const struct {
	const char *in, *want;
} cases[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "<p>one</p><p>two</p>", "\none\n\ntwo\n" },
	{ "a<br>b<br/>c", "a\nb\nc" },
	{ "<b>bold</b> <i>x</i>", "bold x" },
	{ "a<!-- b > c -->d", "ad" },
	{ "a<!-- b", "a" },
	{ "<!DOCTYPE html>x", "x" },
	{ "<style>p { x: y }</style>z", "z" },
	{ "<script>a < b</script>z", "z" },
	{ "<style>never ended", "" },
	{ "&lt;a@b.example&gt;", "<a@b.example>" },
	{ "&amp;lt;", "&lt;" },
	{ "a&nbsp;b&#64;c&#x41;", "a b@c&#x41;" },
	{ "&#10;&#127;&unknown;", "&#10;&#127;&unknown;" },
	{ "R&D <a@b.example> 1 < 2", "R&D <a@b.example> 1 < 2" },
	{ "<a href=\"mailto:x@y.example\">w</a>", "w" },
	{ "<", "<" },
	{ "x<y", "x<y" },
	{ "&", "&" },
	{ "&#00000064;", "@" },
	{ "&#000000064;", "@" },
	{ "&#0000000064;", "&#0000000064;" },
};

int
main(void)
{
	struct buf b = { 0 };
	size_t i, n;
	char *copy;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		n = strlen(cases[i].in);
		copy = malloc(n + 1); /* so that a byte too far is seen */
		memcpy(copy, cases[i].in, n);
		buf_clear(&b);
		ok(htmltext_put(&b, copy, n) == 0, "is read");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].in);
		free(copy);
	}
	/* &#, HTMLTEXT_ENTITY_MAX bytes with the #, ; */
	is_num(HTMLTEXT_ENTITY_MAX, 10, "the longest entity of the table");
	buf_free(&b);
	return done();
}
