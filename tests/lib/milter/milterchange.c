#include "milter/milterchange.h"
#include "tap.h"

static struct buf env, header, front, changes;

static void
say(char what, const char *data, size_t n)
{
	size_t at;

	milterpacket_begin(&changes, what, &at);
	buf_put(&changes, data, n);
	milterpacket_end(&changes, at);
}
#define SAY(what, s) say(what, s, sizeof s)

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

static struct milterchange
change(const char *e, const char *h)
{
	struct milterchange c = { .env = &env,
		.header = &header,
		.front = &front,
		.own = 1,
		.space = 1 };

	buf_clear(&env);
	buf_clear(&header);
	buf_clear(&front);
	buf_puts(&env, e);
	buf_puts(&header, h);
	is_num(milterchange(&c, buf_data(&changes), buf_len(&changes)), 0,
	    "changes");
	buf_clear(&changes);
	return c;
}

int
main(void)
{
	struct milterchange c;

	c = change("to a@b\n", "X: 1\n");
	ok(!c.changed && c.done == 0, "none");
	SAY('h', "A\0first");
	SAY('i', "\0\0\0\0B\0top");
	SAY('m', "\0\0\0\1X\0");
	SAY('m', "\0\0\0\1Received\0theirs");
	SAY('+', "<c@d>");
	SAY('-', "<a@b>");
	SAY('e', "<new@b>");
	SAY('q', "a \033 reason");
	c = change("from x\nto a@b\n", "Received: us\nX: 1\nReceived: 2\n");
	is_str(text(&header),
	    "B: top\nReceived: us\nReceived: theirs\nA: first\n", "header");
	is_str(text(&env), "from new@b\nto c@d\n", "envelope");
	is_str(text(&front), "", "nothing in front");
	ok(c.changed && c.quarantine, "said so");
	is_str(c.reason, "a ? reason", "why it is held");
	is_num(c.done, 8, "all are done");
	SAY('-', "<who@b>");
	SAY('h', "bad name\0x");
	c = change("to a@b\n", "X: 1\n");
	is_num(c.undone, 2, "what cannot be done is counted");
	ok(!c.changed, "and nothing changed");
	SAY('h', "A\0x");
	SAY('i', "\0\0\0\0B\0y");
	SAY('m', "\0\0\0\1C\0z");
	SAY('m', "\0\0\0\1C\0");
	c = change("to a@b\n", "no field\nX: 1\n");
	is_str(text(&front), "A: x\nB: y\nC: z\n", "a message without header");
	is_str(text(&header), "no field\nX: 1\n", "stays as it is");
	is_num(c.undone, 1, "there is nothing to delete");
	buf_free(&env);
	buf_free(&header);
	buf_free(&front);
	buf_free(&changes);
	return done();
}
