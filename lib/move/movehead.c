#include "move/moveenv.h"
#include <errno.h>
#include <string.h>

/* lines of a test: nobody is told of it, and it has its whole life before it */
static int
is_of_life(const struct parcel_line *l)
{
	return parcel_is(l, "from") || parcel_is(l, "hold-until") ||
	    parcel_is(l, "expire") || parcel_is(l, "deliver-by") ||
	    parcel_is(l, "ret") || parcel_is(l, "envid") || parcel_is(l, "key");
}

/* the lines that stand before the recipients */
static int
put_common(const struct moveenv *e, int test, struct buf *env)
{
	size_t n = buf_len(&e->common);
	const char *p = buf_data(&e->common), *end = n == 0 ? p : p + n;
	const char *line = p;
	struct parcel_line l;
	int k = 0;

	if (!test) {
		k = buf_put(env, p, end - p);
		k |= buf_printf(env, "was %s\n", e->id);
		return k;
	}
	k |= buf_puts(env, "from\n");
	for (; p < end && parcel_next(&p, end, &l) == 1; line = p)
		if (!is_of_life(&l))
			k |= buf_put(env, line, p - line);
		else if (parcel_is(&l, "from") && l.value_len > 0)
			k |= buf_printf(env, "tag test-from=%.*s\n",
			    (int)l.value_len, l.value);
	k |= buf_printf(env, "tag test=1\nwas %s\n", e->id);
	return k;
}

static int
put_to(const struct moveenv_rcpt *r, int test, struct buf *env)
{
	size_t n = test ? parcel_address(r->to, r->to_len) : r->to_len;

	return buf_printf(env, "to %.*s%s\n", (int)n, r->to,
	    test ? " NOTIFY=NEVER" : "");
}

/* the states of those that are not left out, into the lines that are there */
static void
put_states(const struct moveenv *e, const char *out, size_t out_len,
    struct buf *head)
{
	struct message_head h;
	struct message_rcpt to;
	size_t n, i;
	const struct moveenv_rcpt *r = moveenv_rcpts(e, &n);

	if (message_open(buf_data(head), buf_len(head), &h) == -1)
		return;
	for (i = 0; i < n; i++)
		if (!ranges_has(out, out_len, r[i].n) &&
		    message_rcpt(&h, &to) == 1)
			message_record(buf_data(head) + to.offset +
				MESSAGE_TO_STATE,
			    &r[i].is);
}

/* what stands before all others */
static int
put_first(const struct moveenv *e, int64_t test_us, struct buf *first)
{
	int64_t us = test_us > 0 ? test_us : name_time_us(e->id);
	int k;

	if (test_us == 0 && e->time.value_len > 0)
		k = moveenv_line(first, &e->time);
	else
		k = buf_printf(first, "time %lld.%06d\n",
		    (long long)(us / 1000000), (int)(us % 1000000));
	return k;
}

static int
make(const struct moveenv *e, const char *out, size_t out_len, int64_t test_us,
    struct buf *head, struct buf *env)
{
	struct buf first = { 0 };
	size_t n, i;
	const struct moveenv_rcpt *r = moveenv_rcpts(e, &n);
	int k = put_common(e, test_us > 0, env), kept = 0;

	for (i = 0; i < n; i++)
		if (!ranges_has(out, out_len, r[i].n)) {
			k |= put_to(&r[i], test_us > 0, env);
			kept++;
		}
	k |= put_first(e, test_us, &first);
	errno = ENOMEM;
	if (k == 0 && kept > 0)
		k = message_format(head, buf_data(env), buf_len(env), e->size,
		    &first);
	buf_free(&first);
	return k == 0 ? kept : -1;
}

int
moveenv_head(const struct moveenv *e, const char *out, size_t n,
    struct buf *head, struct buf *env)
{
	int kept;

	buf_clear(head);
	buf_clear(env);
	kept = make(e, out, n, 0, head, env);
	if (kept > 0)
		put_states(e, out, n, head);
	return kept;
}

int
moveenv_test(const struct moveenv *e, int64_t now_us, struct buf *head,
    struct buf *env)
{
	buf_clear(head);
	buf_clear(env);
	return make(e, "", 0, now_us, head, env);
}
