#include "sendmail/envelope.h"
#include "tap.h"
#include <stdlib.h>

static struct envelope e = { .me = "me.example" };

static const struct {
	const char *in, *want; /* NULL: refused */
	int utf8;
} addresses[] = {
	{ "a@b.example", "a@b.example", 0 },
	{ "ann", "ann@me.example", 0 },
	{ "\"a@b\"", "\"a@b\"@me.example", 0 },
	{ "\"a@b\"@c.example", "\"a@b\"@c.example", 0 },
	{ "j\303\266rg@b", "j\303\266rg@b", 1 },
	{ "a b@c", NULL, 0 },
	{ "a@", NULL, 0 },
	{ "a..b@c", "a..b@c", 0 },
	{ "\"a.\"@c.", "a.@c", 0 },
	{ "\"a+b\"@c", "\"a+b\"@c", 0 },
};

static const struct {
	const char *in, *want;
	enum envelope_result r;
} notifies[] = {
	{ "never", " NOTIFY=NEVER", ENVELOPE_OK },
	{ "Success,failure,DELAY", " NOTIFY=SUCCESS,FAILURE,DELAY",
	    ENVELOPE_OK },
	{ "", NULL, ENVELOPE_BAD }, { ",", NULL, ENVELOPE_BAD },
	{ "never,delay", NULL, ENVELOPE_BAD },
	{ "delay,often", NULL, ENVELOPE_BAD },
}, envids[] = {
	{ "a b+c=d\\e", "envid a+20b+2Bc+3Dd+5Ce\n", ENVELOPE_OK },
	{ "", NULL, ENVELOPE_SIZE }, { "a\nb", NULL, ENVELOPE_BAD },
	{ "\303\266", NULL, ENVELOPE_BAD },
};

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

static void
options(void)
{
	char id[ENVELOPE_ENVID_MAX + 2];
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof notifies / sizeof *notifies; i++) {
		buf_clear(&e.notify);
		is_num(envelope_notify(&e, notifies[i].in), notifies[i].r,
		    notifies[i].in);
		if (notifies[i].want != NULL)
			is_str(text(&e.notify), notifies[i].want, "value");
	}
	buf_clear(&e.notify);
	is_num(envelope_notify(&e, "never"), ENVELOPE_OK, "once");
	is_num(envelope_notify(&e, "delay"), ENVELOPE_OK, "and once more");
	is_str(text(&e.notify), " NOTIFY=DELAY", "the last one counts");
	buf_clear(&e.notify);
	for (i = 0; i < sizeof envids / sizeof *envids; i++) {
		buf_clear(&b);
		is_num(envelope_envid(&b, envids[i].in), envids[i].r,
		    envids[i].in);
		if (envids[i].want != NULL)
			is_str(text(&b), envids[i].want, "value");
	}
	memset(id, 'x', sizeof id);
	id[ENVELOPE_ENVID_MAX + 1] = '\0';
	is_num(envelope_envid(&b, id), ENVELOPE_SIZE, "envid one above");
	id[ENVELOPE_ENVID_MAX] = '\0';
	is_num(envelope_envid(&b, id), ENVELOPE_OK, "envid at the limit");
	buf_free(&b);
}

static void
lists(void)
{
	static const char list[] = "B <b@x>, a@x; b@x, c, =@@=, d@x";
	char *many = malloc(4 * ENVELOPE_RCPTS_MAX + 1);
	const char *bad = NULL;
	struct buf b = { 0 };
	size_t n = 0, i;

	is_num(envelope_rcpts(&e, &b), 0, "no recipients");
	is_num(buf_len(&b), 0, "no line");
	is_num(envelope_add(&e, list, strlen(list), &bad, &n), ENVELOPE_BAD,
	    "one is none");
	ok(bad != NULL && n < 8 && memmem(bad, n, "=@@=", 4) != NULL, "which");
	is_num(e.n_rcpts, 4, "those before it");
	is_num(envelope_notify(&e, "delay"), ENVELOPE_OK, "notify");
	is_num(envelope_rcpts(&e, &b), 0, "lines");
	is_str(text(&b),
	    "to b@x NOTIFY=DELAY\nto a@x NOTIFY=DELAY\n"
	    "to c@me.example NOTIFY=DELAY\n",
	    "each once, in order");
	for (i = 0; i < ENVELOPE_RCPTS_MAX; i++)
		memcpy(many + 4 * i, "a@b,", 4);
	many[4 * i] = '\0';
	buf_free(&e.rcpts);
	e.n_rcpts = 0;
	is_num(envelope_add(&e, many, 4 * i, &bad, &n), ENVELOPE_OK,
	    "recipients at the limit");
	is_num(e.n_rcpts, ENVELOPE_RCPTS_MAX, "all");
	is_num(envelope_add(&e, many, 4, &bad, &n), ENVELOPE_SIZE, "one above");
	buf_clear(&b);
	is_num(envelope_rcpts(&e, &b), 0, "lines");
	is_str(text(&b), "to a@b NOTIFY=DELAY\n", "the same only once");
	free(many);
	buf_free(&b);
}

int
main(void)
{
	char out[ENVELOPE_ADDRESS_ROOM];
	size_t i;
	int r;

	for (i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		e.utf8 = 0;
		r = envelope_qualify(&e, addresses[i].in,
		    strlen(addresses[i].in), out);
		is_num(r, addresses[i].want == NULL ? -1 : 0, addresses[i].in);
		if (addresses[i].want != NULL)
			is_str(out, addresses[i].want, "qualified");
		is_num(e.utf8, addresses[i].utf8, "UTF-8");
	}
	is_num(envelope_sender(&e, "", out), 0, "no sender");
	is_str(out, "", "is empty");
	is_num(envelope_sender(&e, "<>", out), 0, "<>");
	is_str(out, "", "is empty");
	is_num(envelope_sender(&e, "Ann <ann>", out), 0, "a sender");
	is_str(out, "ann@me.example", "is qualified");
	is_num(envelope_sender(&e, "a@b, c@d", out), -1, "two senders");
	is_num(envelope_sender(&e, "a@@", out), -1, "no address");
	options();
	lists();
	buf_free(&e.rcpts);
	buf_free(&e.notify);
	return done();
}
