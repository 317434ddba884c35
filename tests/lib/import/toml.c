/* TOML: tables, keys, values of all kinds, and what is wrong with its line */
#include "import/toml.h"
#include "tap.h"
#include <stdlib.h>

static struct buf out;

static void
show(const struct toml *t, uint32_t i)
{
	const struct toml_node *n = toml_node(t, i);
	struct slice key = toml_key(t, n), text = toml_text(t, n);
	uint32_t c;

	if (key.n > 0)
		buf_printf(&out, "%.*s=", (int)key.n, key.p);
	if (n->kind == TOML_STRING)
		buf_printf(&out, "'%.*s'", (int)text.n, text.p);
	if (n->kind == TOML_BARE)
		buf_put(&out, text.p, text.n);
	if (n->kind != TOML_TABLE && n->kind != TOML_ARRAY)
		return;
	buf_puts(&out, n->kind == TOML_TABLE ? "{" : "[");
	for (c = n->first; c != 0; c = toml_node(t, c)->next) {
		if (c != n->first)
			buf_puts(&out, ",");
		show(t, c);
	}
	buf_puts(&out, n->kind == TOML_TABLE ? "}" : "]");
}

static void
is(const char *text, const char *want)
{
	struct toml t = { .why = NULL };

	buf_clear(&out);
	if (toml_read(&t, text, strlen(text)) == -1)
		buf_printf(&out, "%u: %s", t.line, t.why);
	else
		show(&t, 0);
	buf_putc(&out, '\0');
	is_str(buf_data(&out), want, text);
	toml_free(&t);
}

static void
good(void)
{
	is("", "{}");
	is("# a\n\n\r\n", "{}");
	is("a = 1 # x\nb=true\r\nc = 1.5e3\nd = 2026-12-01T00:00:00Z",
	    "{a=1,b=true,c=1.5e3,d=2026-12-01T00:00:00Z}");
	is("a = \"x\\ty\\\"\\\\\\u00e9\\U0001F600\"",
	    "{a='x\ty\"\\\xc3\xa9\xf0\x9f\x98\x80'}");
	is("a = 'C:\\x'\nb = ''", "{a='C:\\x',b=''}");
	is("a = \"\"\"\nx\n  y\\\n   z\"\"\"\nb = '''\n\\d'''",
	    "{a='x\n  yz',b='\\d'}");
	is("a = '''it's'''\nb = \"\"\"\"q\"\"\"\"\"", "{a='it's',b='\"q\"\"'}");
	is("a = [1, 'b', [ ], # c\n 2,\n]\n", "{a=[1,'b',[],2]}");
	is("a = {b = 1, c.d = 'x'}\nf={}", "{a={b=1,c={d='x'}},f={}}");
	is("[a]\nb=1\n[a.c]\nd=2\n[a]\ne=3", "{a={b=1,c={d=2},e=3}}");
	is("[\"a b\".'c.d']\nx = 1\n[ e . f ]\n", "{a b={c.d={x=1}},e={f={}}}");
	is("[[a]]\nx=1\n[[a]]\ny=2\n[a.b]\nz=3\n[[a.c]]\n",
	    "{a=[{x=1},{y=2,b={z=3},c=[{}]}]}");
	is("a.b.c = 1\na.b.d = 2", "{a={b={c=1,d=2}}}");
}

static void
bad(void)
{
	is("a", "1: no = behind a key");
	is("\na =", "2: no value");
	is("a = 1 b = 2", "1: more than one thing in a line");
	is("a = 1\na = 2", "2: a key that has a value already");
	is("a = 1\n[a]", "2: a key that has a value already");
	is("a = {}\n[a.b]", "2: a key that has a value already");
	is("a = [1]\n[a.b]", "2: a key that has a value already");
	is("[a]\n[[a]]", "2: a key that has a value already");
	is("[a", "1: a [ that is not closed");
	is("[[a]", "1: a [ that is not closed");
	is("[]", "1: no key");
	is("= 1", "1: no key");
	is("a = \"x", "1: a string that is not closed");
	is("a = 'x\n'", "1: a string that is not closed");
	is("a = '''x\n\n", "3: a string that is not closed");
	is("a = \"\\", "1: a string that is not closed");
	is("a = \"\\q\"", "1: an escape that is not known");
	is("a = \"\\u12", "1: an escape that is cut short");
	is("a = \"\\u12x4\"", "1: an escape without its digits");
	is("a = \"\\ud800\"", "1: an escape that is no character");
	is("a = \"\\u0000\"", "1: an escape that is no character");
	is("a = [1 2]", "1: an array that is not closed");
	is("a = [1", "1: an array that is not closed");
	is("a = {b = 1", "1: a table that is not closed");
	is("a = {b}", "1: no = behind a key");
	is("a = ?", "1: no value");
}

static int
reads(const char *p, size_t n)
{
	struct toml t = { .why = NULL };
	int r = toml_read(&t, p, n);

	toml_free(&t);
	return r;
}

static void
limits(void)
{
	struct buf b = { 0 };
	unsigned n, i;

	for (n = TOML_DEPTH_MAX; n <= TOML_DEPTH_MAX + 1; n++) {
		buf_clear(&b);
		buf_puts(&b, "a=");
		for (i = 0; i < n; i++)
			buf_puts(&b, "[");
		for (i = 0; i < n; i++)
			buf_puts(&b, "]");
		is_num(reads(buf_data(&b), buf_len(&b)),
		    n == TOML_DEPTH_MAX ? 0 : -1, "as deep as it may be");
	}
	for (n = TOML_PATH_MAX; n <= TOML_PATH_MAX + 1; n++) {
		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_puts(&b, i > 0 ? ".a" : "a");
		buf_puts(&b, "=1");
		is_num(reads(buf_data(&b), buf_len(&b)),
		    n == TOML_PATH_MAX ? 0 : -1,
		    "as many keys as there may be");
	}
	/* the table of all, and the array, are two */
	for (n = TOML_NODES_MAX - 2; n <= TOML_NODES_MAX - 1; n++) {
		buf_clear(&b);
		buf_puts(&b, "a=[");
		for (i = 0; i < n; i++)
			buf_puts(&b, "1,");
		buf_puts(&b, "]");
		is_num(reads(buf_data(&b), buf_len(&b)),
		    n == TOML_NODES_MAX - 2 ? 0 : -1,
		    "as many values as there may be");
	}
	buf_free(&b);
}

int
main(void)
{
	struct toml t = { .why = NULL };

	good();
	bad();
	limits();
	ok(toml_read(&t, "[a]\nb=1", 7) == 0, "a tree");
	ok(toml_child(&t, toml_node(&t, 0), "b") == NULL, "no such child");
	is_num(toml_child(&t, toml_child(&t, toml_node(&t, 0), "a"), "b")->line,
	    2, "the line of a child");
	toml_free(&t);
	buf_free(&out);
	return done();
}
