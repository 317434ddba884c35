/*
 * A server that says anything to who wants to log in: it is over in a few
 * steps; what is said are lines of base64; the password is not told under
 * SCRAM, and nobody is in who did not say all of it, or whom the server has
 * shown nothing.
 *
 * Input: the mechanisms, then what the server says, a line each; a line
 * beginning with ! is put into base64 behind a 334.
 */
#include "smtp/authout.h"
#include "base/base64.h"
#include "smtp/extension.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum {
	STEPS_MAX = 6,
	ROUNDS_MAX = 1 + SCRAMOUT_ITERATIONS_MAX / SCRAMOUT_SLICE
};

static const unsigned char nonce[SCRAMOUT_NONCE] = "eighteen bytes, so";
static const char password[] = "the secret of all";

static void
must(int good)
{
	if (!good)
		__builtin_trap();
}

/* one line, and no secret in it that is not to be told */
static void
check_line(const struct authout *a, unsigned step, unsigned mechs)
{
	const struct buf *line = authout_line(a);
	const char *p = buf_data(line);
	size_t n = buf_len(line), i;
	char got[4096];
	long len;

	must(n >= 2 && memcmp(p + n - 2, "\r\n", 2) == 0);
	if (step == 0) {
		must(n <= AUTHOUT_COMMAND_MAX && memcmp(p, "AUTH ", 5) == 0);
		return;
	}
	for (i = 0; i + 2 < n; i++)
		must(base64_value(p[i]) != -1 || p[i] == '=');
	len = base64_get(p, n, got, sizeof got);
	must(len >= 0);
	if (mechs & EXTENSION_MECH_SCRAM_SHA_256)
		must(memmem(got, (size_t)len, password, strlen(password)) ==
		    NULL);
}

/* a line of the input as one of the server's */
static void
put(struct buf *b, const uint8_t *p, size_t n)
{
	buf_clear(b);
	if (n > 0 && *p == '!') {
		must(buf_puts(b, "334 ") == 0 &&
		    base64_put(b, p + 1, n - 1) == 0);
	} else {
		must(buf_put(b, p, n) == 0);
	}
	must(buf_puts(b, "\r\n") == 0);
}

static enum authout_step
work(struct authout *a)
{
	enum authout_step step;
	unsigned i = 0;

	while ((step = authout_work(a)) == AUTHOUT_WORK)
		must(++i < ROUNDS_MAX);
	must(step == AUTHOUT_SAY);
	return step;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n, *lf;
	unsigned mechs, step = 0;
	enum authout_step s;
	struct buf b = { 0 };
	struct authout *a;
	struct reply r;

	if (n < 1)
		return 0;
	mechs = *p++ % 8;
	must((a = authout_new("user,=", password, nonce)) != NULL);
	s = authout_begin(a, mechs);
	must((s == AUTHOUT_SAY) == (mechs != 0));
	while (s == AUTHOUT_SAY && p < end) {
		check_line(a, step++, mechs);
		must(step < STEPS_MAX);
		lf = memchr(p, '\n', (size_t)(end - p));
		lf = lf == NULL ? end : lf;
		put(&b, p, (size_t)(lf - p));
		p = lf == end ? end : lf + 1;
		if (reply_parse(buf_data(&b), buf_len(&b), &r) <= 0)
			break;
		s = authout_reply(a, &r);
		if (s == AUTHOUT_WORK)
			s = work(a);
	}
	/* nobody can guess the signature */
	must(s != AUTHOUT_DONE || !(mechs & EXTENSION_MECH_SCRAM_SHA_256));
	must(s != AUTHOUT_BROKEN || authout_text(a)[0] != '\0');
	authout_free(a);
	buf_free(&b);
	return 0;
}
