#ifndef TESTS_CONNTEST_H
#define TESTS_CONNTEST_H

#include "send/conn.h"
#include <stdio.h>

enum { TXNS = 8 };

/*
 * The owner of one connection: what he gives it, and what he is asked and
 * told, as text.
 */
static struct sendconn conn;
static struct sendconn_share share;
static struct sendtxn *txn[TXNS]; /* for it, in order */
static unsigned n_txn, taken;
static int idle, gone;
static int wanted;             /* others wait for its place */
static int never_again;        /* no transaction is tried anew */
static void (*on_moved)(void); /* it has become idle, or gone; or NULL */
static struct buf told;

static struct sendtxn *
peek(const struct sendconn *c)
{
	(void)c;
	return taken < n_txn ? txn[taken] : NULL;
}

static struct sendtxn *
take(struct sendconn *c)
{
	return peek(c) == NULL ? NULL : txn[taken++];
}

static int
is_wanted(const struct sendconn *c)
{
	(void)c;
	return wanted;
}

static int
has_sibling(const struct sendconn *c)
{
	(void)c;
	return 0;
}

static void
tell_result(const struct sendresult *r)
{
	buf_printf(&told, " %s", r->status);
	if (r->class != NULL)
		buf_printf(&told, " %s", r->class);
	if (r->code != 0)
		buf_printf(&told, " %u", r->code);
	if (r->esc != NULL)
		buf_printf(&told, " %.*s", (int)r->esc_len, r->esc);
	if (r->dsn != NULL)
		buf_printf(&told, " dsn %s", r->dsn);
	if (r->doubt)
		buf_puts(&told, " doubt");
}

static void
on_sending(struct sendconn *c, struct sendtxn *t)
{
	(void)c;
	buf_printf(&told, "%s is sent, ", t->id);
}

static void
on_answer(struct sendconn *c, struct sendtxn *t, unsigned i,
    struct sendresult *r)
{
	(void)c;
	t->mail.rcpt[i].state = SMTPOUT_DECIDED;
	buf_printf(&told, "%s/%u", t->id, t->mail.rcpt[i].n);
	tell_result(r);
	buf_puts(&told, ", ");
}

static void
on_over(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	(void)c;
	buf_printf(&told, "%s over", t->id);
	if (r != NULL)
		tell_result(r);
	buf_puts(&told, ", ");
}

static int
on_again(struct sendconn *c, struct sendtxn *t)
{
	(void)c;
	if (never_again)
		return 0;
	buf_printf(&told, "%s again, ", t->id);
	return 1;
}

static void
on_idle(struct sendconn *c)
{
	(void)c;
	idle = 1;
	buf_puts(&told, "idle, ");
	if (on_moved != NULL)
		on_moved();
}

static void
on_gone(struct sendconn *c)
{
	(void)c;
	gone = 1;
	buf_puts(&told, "gone");
	if (on_moved != NULL)
		on_moved();
}

static const struct sendconn_ops ops = { .peek = peek,
	.take = take,
	.is_wanted = is_wanted,
	.has_sibling = has_sibling,
	.on_sending = on_sending,
	.on_answer = on_answer,
	.on_over = on_over,
	.on_again = on_again,
	.on_idle = on_idle,
	.on_gone = on_gone };

/* since it was asked last */
static inline const char *
told_text(void)
{
	static char t[4096];

	snprintf(t, sizeof t, "%.*s", (int)buf_len(&told), buf_data(&told));
	buf_clear(&told);
	return t;
}

#endif
