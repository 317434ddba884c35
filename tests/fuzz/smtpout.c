#include "smtp/smtpout.h"
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A server that says anything, in segments ended by a zero byte: whole and
 * byte by byte give the same; every mail gets each of its verdicts at most
 * once, and is over at most once; what is fed is used up.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { MAILS = 6, RCPTS = 3 };

struct run {
	struct smtpout s;
	struct smtpout_mail mail[MAILS];
	struct smtpout_rcpt rcpt[MAILS][RCPTS];
	int over[MAILS];
	unsigned begun;
	struct buf trace, in, out;
	struct authout *auth;
	int dead, bdat, pieces;
};

static void
event(struct run *r, struct smtpout_event *ev)
{
	unsigned i, m;

	buf_printf(&r->trace, "%d %d %u;", ev->kind, ev->phase, ev->reply.code);
	if (ev->kind == SMTPOUT_VERDICT || ev->over) {
		m = ev->mail - r->mail;
		assert(m < r->begun);
		for (i = ev->first; i < ev->end; i++)
			ev->mail->rcpt[i].state = SMTPOUT_DECIDED;
		if (ev->over) {
			assert(!r->over[m]);
			r->over[m] = 1;
			for (i = 0; i < ev->mail->n_rcpt; i++)
				assert(ev->mail->rcpt[i].state ==
				    SMTPOUT_DECIDED);
		}
	}
	if (ev->kind == SMTPOUT_NO_TLS) {
		r->dead = r->s.login; /* it is told nobody in clear */
		if (!r->dead)
			smtpout_plain(&r->s);
		return;
	}
	if (ev->kind == SMTPOUT_STARTTLS_GO) {
		smtpout_secured(&r->s);
		assert(r->s.ext == 0 && r->s.said.size_max == 0);
	}
	if (ev->kind == SMTPOUT_LOGIN) {
		assert(r->s.login && r->auth == NULL && r->begun == 0);
		r->auth = authout_new("u", "p",
		    (const unsigned char *)"eighteen bytes, so");
		r->dead = smtpout_login(&r->s, r->auth) == -1;
		return;
	}
	if (ev->kind == SMTPOUT_WORK)
		while (smtpout_work(&r->s) == 1)
			;
	assert(ev->kind != SMTPOUT_READY || !r->s.login || r->auth != NULL);
	if (ev->kind == SMTPOUT_READY && (r->s.ext & EXTENSION_CHUNKING))
		r->s.bdat |= (unsigned)r->bdat;
	r->dead = ev->kind == SMTPOUT_REFUSED || ev->kind >= SMTPOUT_CLOSING ||
	    r->s.cut;
}

static void
say(struct run *r)
{
	int k;

	if (r->dead)
		return;
	if (r->s.front == NULL && smtpout_spent(&r->s)) {
		if (!r->s.quit)
			smtpout_quit(&r->s);
	} else if (smtpout_room(&r->s) && r->begun < MAILS) {
		smtpout_begin(&r->s, &r->mail[r->begun++]);
	}
	smtpout_pull(&r->s, "me", &r->out);
	if (smtpout_body(&r->s)) {
		for (k = 0; r->s.bdat && k < r->pieces; k++)
			smtpout_chunk(&r->s, k + 1 == r->pieces);
		smtpout_sent(&r->s);
		if (smtpout_room(&r->s) && r->begun < MAILS) {
			smtpout_begin(&r->s, &r->mail[r->begun++]);
			smtpout_pull(&r->s, "me", &r->out);
		}
	}
}

static void
play(struct run *r, const char *p, size_t n, size_t step, int flags)
{
	struct smtpout_event ev;
	const char *end = p + n;
	size_t used, k, i;

	memset(r, 0, sizeof *r);
	r->s.lmtp = flags & 1;
	r->s.tls = (flags & 4) != 0;
	r->s.login = (flags & 8) != 0;
	r->bdat = (flags & 32) != 0;
	r->pieces = flags & 128 ? 3 : 1;
	buf_reserve(&r->trace, 1);
	buf_reserve(&r->in, 1);
	buf_reserve(&r->out, 1);
	for (i = 0; i < MAILS; i++) {
		r->mail[i].from = "f";
		r->mail[i].rcpt = r->rcpt[i];
		r->mail[i].n_rcpt = 1 + i % RCPTS;
		r->mail[i].verify = (flags & 16) != 0 && i % 2 == 0;
		r->mail[i].early = (flags & 64) != 0;
		for (k = 0; k < RCPTS; k++)
			r->rcpt[i][k].to = "t";
	}
	while (p < end && !r->dead) {
		const char *stop = memchr(p, '\0', end - p);

		if (stop == NULL)
			stop = end;
		while (p < stop && !r->dead) {
			k = (size_t)(stop - p) < step ? (size_t)(stop - p)
						      : step;
			buf_put(&r->in, p, k);
			p += k;
			do {
				used = smtpout_feed(&r->s, buf_data(&r->in),
				    buf_len(&r->in), &ev);
				assert(used <= buf_len(&r->in));
				assert(used > 0 || ev.kind == SMTPOUT_MORE);
				if (ev.kind != SMTPOUT_MORE)
					event(r, &ev);
				buf_consume(&r->in, used);
			} while (ev.kind != SMTPOUT_MORE && !r->dead);
		}
		p = stop + (stop < end);
		say(r);
	}
}

/* a reply for each byte, so that sessions get far */
static void
script(struct buf *b, const uint8_t *data, size_t n)
{
	static const char *const says[] = { "220 x\r\n",
		"250-x\r\n250-CHUNKING\r\n250 PIPELINING\r\n", "250 ok\r\n",
		"354 go\r\n", "450 no\r\n", "550 5.1.1 no\r\n",
		"452 4.5.3 too many\r\n", "421 bye\r\n", "503 what\r\n",
		"250-a\r\n", "221 x\r\n", "250 STARTTLS\r\n",
		"250 AUTH LOGIN\r\n", "334 \r\n", "235 in\r\n" };
	const char *s;

	for (; n > 0; n--, data++) {
		s = says[(*data & 127) % (sizeof says / sizeof *says)];
		buf_put(b, s, strlen(s));
		if (*data & 128)
			buf_putc(b, '\0');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct run a, b;
	struct buf text = { 0 };
	int flags;

	if (n == 0)
		return 0;
	flags = data[0];
	buf_reserve(&text, 1);
	if (data[0] & 2)
		buf_put(&text, data + 1, n - 1);
	else
		script(&text, data + 1, n - 1);
	play(&a, buf_data(&text), buf_len(&text), SIZE_MAX, flags);
	play(&b, buf_data(&text), buf_len(&text), 1, flags);
	assert(buf_len(&a.trace) == buf_len(&b.trace) &&
	    memcmp(buf_data(&a.trace), buf_data(&b.trace), buf_len(&a.trace)) ==
		0);
	assert(buf_len(&a.out) == buf_len(&b.out) &&
	    memcmp(buf_data(&a.out), buf_data(&b.out), buf_len(&a.out)) == 0);
	buf_free(&text);
	authout_free(a.auth);
	authout_free(b.auth);
	buf_free(&a.trace);
	buf_free(&a.in);
	buf_free(&a.out);
	buf_free(&b.trace);
	buf_free(&b.in);
	buf_free(&b.out);
	return 0;
}
