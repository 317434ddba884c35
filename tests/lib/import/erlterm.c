/* terms of Erlang: all kinds, and what is wrong with its line */
#include "import/erlterm.h"
#include "tap.h"

static struct buf out;

static void
show(const struct erlterms *t, const struct erlterm *n)
{
	static const char *const around[] = { "", "", "''", "{}", "[]" };
	const char *a = around[n->kind == ERLTERM_ATOM ? 0 : n->kind + 1];
	struct slice text = erlterm_text(t, n);
	uint32_t i;

	buf_put(&out, a, a[0] != '\0');
	buf_put(&out, text.p, text.n);
	for (i = 0; i < n->n; i++) {
		buf_puts(&out, i > 0 ? "," : "");
		show(t, erlterm_child(t, n, i));
	}
	buf_put(&out, a + 1, a[0] != '\0');
}

static void
is(const char *text, int all, const char *want)
{
	struct erlterms t = { .why = NULL };
	uint32_t i =
	    erlterm_read(&t, (struct slice){ text, strlen(text) }, 1, all);

	buf_clear(&out);
	if (i == 0)
		buf_printf(&out, "%u: %s", t.line, t.why);
	else
		show(&t, erlterm_node(&t, i));
	buf_putc(&out, '\0');
	is_str(buf_data(&out), want, text);
	erlterm_free(&t);
}

static void
limits(void)
{
	struct erlterms t = { .why = NULL };
	struct buf b = { 0 };
	unsigned n, i;

	for (n = ERLTERM_DEPTH_MAX; n <= ERLTERM_DEPTH_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_puts(&b, i % 2 ? "{" : "[");
		while (i-- > 0)
			buf_puts(&b, i % 2 ? "}" : "]");
		is_num(erlterm_read(&t,
			   (struct slice){ buf_data(&b), buf_len(&b) }, 1,
			   0) != 0,
		    n == ERLTERM_DEPTH_MAX, "as deep as it may be");
		erlterm_free(&t);
	}
	/* number 0 and the list are two */
	for (n = ERLTERM_NODES_MAX - 2; n <= ERLTERM_NODES_MAX - 1; n++) {
		buf_clear(&b);
		buf_puts(&b, "[1");
		for (i = 1; i < n; i++)
			buf_puts(&b, ",1");
		buf_puts(&b, "]");
		is_num(erlterm_read(&t,
			   (struct slice){ buf_data(&b), buf_len(&b) }, 1,
			   0) != 0,
		    n == ERLTERM_NODES_MAX - 2, "as many as there may be");
		erlterm_free(&t);
	}
	buf_free(&b);
}

int
main(void)
{
	struct erlterms t = { .why = NULL };

	is("a", 0, "a");
	is("q1@mx-1.example.org", 0, "q1@mx-1.example.org");
	is(" -17 % x", 0, "-17");
	is("'a b'", 0, "a b");
	is("\"a \\\"b\"", 0, "'a \"b'");
	is("<<\"bin\">>", 0, "'bin'");
	is("[]", 0, "[]");
	is("{}", 0, "{}");
	is("{10, 60,145 ,54}", 0, "{10,60,145,54}");
	is("[{a,\"b\"},\n % c\n 'd']", 0, "[{a,'b'},d]");
	is("", 1, "[]");
	is("{a,\"b\"}.\n%x\nfoo. [1].", 1, "[{a,'b'},foo,[1]]");
	is("", 0, "1: no term");
	is("a b", 0, "1: more than one term");
	is("[a", 0, "1: a term that is not closed");
	is("[a b]", 0, "1: a term that is not closed");
	is("[a,]", 0, "1: no term");
	is("\n{a", 0, "2: a term that is not closed");
	is("\"a", 0, "1: a text that is not closed");
	is("<<\"a\"", 0, "1: a binary that is not closed");
	is("?", 0, "1: no term");
	is("a", 1, "1: no dot behind a term");
	is("{a}.\n{b}", 1, "2: no dot behind a term");
	limits();
	ok(erlterm_child(&t,
	       erlterm_node(&t,
		   erlterm_read(&t, (struct slice){ "[a]", 3 }, 1, 0)),
	       1) == NULL,
	    "no such child");
	erlterm_free(&t);
	buf_free(&out);
	return done();
}
