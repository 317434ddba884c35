#include "feed/bsmtpin.h"
#include "format/dsnparam.h"
#include "format/parcel.h"
#include <string.h>

/* a session begins: we greet for who does not */
static int
begin(struct bsmtpin *b)
{
	memset(&b->smtp, 0, sizeof b->smtp);
	b->smtp.offer = EXTENSION_SERVED | EXTENSION_SMTPUTF8;
	b->smtp.lenient = 1;
	b->ours = 1;
	return buf_puts(&b->lines, "EHLO batch\r\n");
}

int
bsmtpin_init(struct bsmtpin *b, const char *me, uint64_t size_max)
{
	memset(b, 0, sizeof *b);
	b->config.size_max = size_max;
	b->config.rcpt_max = b->config.errors_max = UINT32_MAX;
	if (smtpin_config_init(&b->config, me) == -1)
		return -1;
	return begin(b);
}

void
bsmtpin_free(struct bsmtpin *b)
{
	buf_free(&b->lines);
}

/* an event out of the lines that are there; 1, or 0: none */
static int
event(struct bsmtpin *b, struct smtpin_event *ev)
{
	size_t n = buf_len(&b->lines), used = 1;

	ev->kind = SMTPIN_MORE;
	while (ev->kind == SMTPIN_MORE && used > 0 &&
	    (n > 0 || smtpin_pending(&b->smtp))) {
		used = smtpin_feed(&b->smtp, &b->config, buf_data(&b->lines), n,
		    ev);
		buf_consume(&b->lines, used);
		n -= used;
	}
	/* that was ours */
	if (ev->kind == SMTPIN_HELO && b->ours) {
		b->ours = 0;
		ev->kind = SMTPIN_MORE;
	}
	return ev->kind != SMTPIN_MORE;
}

/* up to a line end, which becomes CR LF; the bytes used, -1: no memory */
static long
take(struct bsmtpin *b, const char *in, size_t n)
{
	const char *lf = memchr(in, '\n', n);
	size_t k = lf == NULL ? n : (size_t)(lf - in);
	int has_cr = k > 0 ? in[k - 1] == '\r' : b->cr;

	if (buf_put(&b->lines, in, k) == -1)
		return -1;
	b->cr = lf == NULL && has_cr;
	if (lf == NULL)
		return (long)k;
	if (buf_puts(&b->lines, has_cr ? "\n" : "\r\n") == -1)
		return -1;
	return (long)k + 1;
}

long
bsmtpin_feed(struct bsmtpin *b, const char *in, size_t n,
    struct smtpin_event *ev)
{
	size_t off = 0;
	long k;

	for (;;) {
		/* behind QUIT another session may begin */
		if (smtpin_over(&b->smtp) && begin(b) == -1)
			return -1;
		if (event(b, ev))
			break;
		if (off == n)
			break;
		k = take(b, in + off, n - off);
		if (k == -1)
			return -1;
		off += (size_t)k;
		b->at += (uint64_t)k;
	}
	return (long)off;
}

const struct smtpin_reply *
bsmtpin_answer(struct bsmtpin *b, const struct smtpin_reply *r)
{
	return smtpin_answer(&b->smtp, &b->config, r);
}

/* an address, of this host where it has no domain */
static int
put_address(struct buf *t, const struct address_parts *a, const char *me)
{
	if (buf_reserve(t, a->len) == -1)
		return -1;
	buf_added(t, address_plain(a->text, a->len, buf_tail(t)));
	if (a->len == 0 || a->domain != NULL)
		return 0;
	return buf_putc(t, '@') == -1 ? -1 : buf_puts(t, me);
}

static int
put_rcpt(struct buf *env, struct buf *t, const struct smtpin_event *ev)
{
	struct slice notify = ev->param[EXTENSION_P_NOTIFY],
		     orcpt = ev->param[EXTENSION_P_ORCPT];
	int e = 0;

	if (notify.p != NULL) {
		e |= buf_puts(t, " NOTIFY=");
		e |= buf_put(t, notify.p, notify.n);
	}
	if (orcpt.p != NULL) {
		e |= buf_puts(t, " ORCPT=");
		e |= dsnparam_put_orcpt(t, orcpt.p, orcpt.n);
	}
	return e | parcel_put(env, "to", buf_data(t), buf_len(t));
}

static int
put_sender(struct buf *env, struct buf *t, const struct smtpin_event *ev)
{
	struct slice ret = ev->param[EXTENSION_P_RET],
		     envid = ev->param[EXTENSION_P_ENVID];
	int e = parcel_put(env, "from", buf_data(t), buf_len(t));

	if (ret.p != NULL)
		e |= parcel_puts(env, "ret",
		    (ret.p[0] | 32) == 'f' ? "FULL" : "HDRS");
	if (envid.p != NULL)
		e |= parcel_put(env, "envid", envid.p, envid.n);
	if (ev->param[EXTENSION_P_SMTPUTF8].p != NULL)
		e |= parcel_puts(env, "smtputf8", "1");
	return e;
}

int
bsmtpin_envelope(struct buf *env, const struct smtpin_event *ev, const char *me)
{
	struct buf t = { 0 };
	int e = put_address(&t, &ev->address, me);

	if (e == 0)
		e = ev->kind == SMTPIN_RCPT ? put_rcpt(env, &t, ev)
					    : put_sender(env, &t, ev);
	buf_free(&t);
	return e == 0 ? 0 : -1;
}
