/*
 * Dialogues at a server of logins, by any mechanism, of any bytes: nobody is
 * let in but by a password that was found right (a proof of SCRAM that holds
 * is not to be found); names are names; and it is over in a few steps.
 */
#include "sasl/exchange.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { STEPS_MAX = 6 };

static struct scram_keys keys;
static const char nonce[] = "abcdefghijklmnopqrstuvwx";

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* the next line of the input; 0: none is left */
static int
next(const uint8_t **p, const uint8_t *end, const char **line, size_t *n)
{
	const uint8_t *lf;

	if (*p == end)
		return 0;
	lf = memchr(*p, '\n', end - *p);
	if (lf == NULL)
		lf = end;
	*line = (const char *)*p;
	*n = lf - *p;
	*p = lf == end ? end : lf + 1;
	return 1;
}

static void
check_name(const struct exchange *x)
{
	must(saslname_login_ok(x->name, x->name_len));
	must(x->name[x->name_len] == '\0');
}

/* what follows; who may be let in says *right */
static enum exchange_want
follow(struct exchange *x, enum exchange_want w, unsigned how, int *right)
{
	if (w == EXCHANGE_CHECK) {
		check_name(x);
		must(buf_len(&x->password) > 0);
		*right = how % 3 == 0;
		w = exchange_checked(x, *right ? 1 : how % 3 == 1 ? 0 : -1);
		must(w != EXCHANGE_SAY && w != EXCHANGE_CHECK);
	} else if (w == EXCHANGE_KEYS) {
		check_name(x);
		w = exchange_keys(x, how % 4 == 3 ? NULL : &keys, nonce);
		must(w == (how % 4 == 3 ? EXCHANGE_LATER : EXCHANGE_SAY));
	}
	return w;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	struct exchange x = { .mech = 0 };
	enum exchange_want w;
	const char *line;
	size_t len;
	unsigned how, step;
	int right = 0, has;

	if (n < 2)
		return 0;
	if (keys.iterations == 0)
		scram_make(&keys, "pencil", 6, (const unsigned char *)"salt", 4,
		    SCRAM_ITERATIONS_MIN);
	how = p[1];
	has = next(&(const uint8_t *){ p + 2 }, end, &line, &len);
	w = exchange_begin(&x, p[0] % EXCHANGE_MECHS, has ? line : NULL,
	    has ? len : 0, has && !(p[0] & 0x80));
	p = has && !(p[0] & 0x80) ? (const uint8_t *)line + len : p + 2;
	if (p < end && *p == '\n')
		p++;
	for (step = 0;; step++) {
		must(step < STEPS_MAX);
		w = follow(&x, w, how, &right);
		if (w != EXCHANGE_SAY)
			break;
		must(buf_len(&x.out) == 0 ||
		    memchr(buf_data(&x.out), '\n', buf_len(&x.out)) == NULL);
		if (!next(&p, end, &line, &len))
			break;
		w = exchange_more(&x, line, len);
	}
	must(w != EXCHANGE_GOOD || right);
	exchange_free(&x);
	return 0;
}
