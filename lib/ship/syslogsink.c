#include "ship/syslogsink.h"
#include "base/clock.h"
#include "ship/gelf.h"
#include "ship/gelfchunk.h"
#include "ship/shipline.h"
#include <string.h>

enum outcome {
	GOOD,
	TOO_LARGE, /* for good */
	BROKEN,    /* the connection, with words */
	NOMEM
};

/* the event's message into s->message */
static enum outcome
make(struct syslogsink *s, const struct ship_event *ev)
{
	int64_t now_us = clock_wall_us();
	size_t n;

	buf_clear(&s->message);
	if ((s->gelf ? gelf_put(&s->message, ev->line, ev->len, s->form.host,
			   now_us)
		     : syslogline_put(&s->form, &s->message, ev->line, ev->len,
			   now_us)) == -1)
		return NOMEM;
	n = buf_len(&s->message);
	if (s->gelf)
		return GOOD;
	if (n > s->size || (s->to.datagrams && n > SYSLOGSINK_UDP_MAX))
		return TOO_LARGE;
	return GOOD;
}

/* behind those that gather in s->out */
static int
frame(struct syslogsink *s)
{
	const char *p = buf_data(&s->message);
	size_t n = buf_len(&s->message);

	if (s->framing == SYSLOGSINK_OCTETS &&
	    (buf_putnum(&s->out, n) == -1 || buf_putc(&s->out, ' ') == -1))
		return -1;
	if (buf_put(&s->out, p, n) == -1)
		return -1;
	if (s->framing == SYSLOGSINK_OCTETS)
		return 0;
	return buf_putc(&s->out, s->framing == SYSLOGSINK_LF ? '\n' : '\0');
}

static int
digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

/* chunks of a message have its eid's first digits as their id */
static void
chunk_id(const struct ship_event *ev, unsigned char id[GELFCHUNK_ID_BYTES])
{
	struct slice eid;
	size_t i;

	shipline_find(ev->line, ev->len, "eid", &eid);
	memset(id, 0, GELFCHUNK_ID_BYTES);
	for (i = 0; i < 2 * GELFCHUNK_ID_BYTES && i < eid.n; i++)
		id[i / 2] = (unsigned char)(id[i / 2] << 4 | digit(eid.p[i]));
}

static enum outcome
send_chunks(struct syslogsink *s, const struct ship_event *ev, int64_t until_ms)
{
	const char *p = buf_data(&s->message);
	size_t n = buf_len(&s->message), i;
	size_t count = gelfchunk_count(n, s->chunk);
	unsigned char id[GELFCHUNK_ID_BYTES];

	if (count == 0)
		return TOO_LARGE;
	if (count == 1)
		return shipconn_write(&s->conn, p, n, until_ms) == -1 ? BROKEN
								      : GOOD;
	chunk_id(ev, id);
	for (i = 0; i < count; i++) {
		buf_clear(&s->out);
		if (gelfchunk_put(&s->out, p, n, s->chunk, id, i, count) == -1)
			return NOMEM;
		if (shipconn_write(&s->conn, buf_data(&s->out),
			buf_len(&s->out), until_ms) == -1)
			return BROKEN;
	}
	return GOOD;
}

static enum outcome
put_one(struct syslogsink *s, const struct ship_event *ev, int64_t until_ms)
{
	enum outcome r = make(s, ev);

	if (r != GOOD)
		return r;
	if (!s->to.datagrams)
		return frame(s) == -1 ? NOMEM : GOOD;
	if (s->gelf)
		return send_chunks(s, ev, until_ms);
	return shipconn_write(&s->conn, buf_data(&s->message),
		   buf_len(&s->message), until_ms) == -1
	    ? BROKEN
	    : GOOD;
}

/* all has been sent: 0, when the other side has it as far as can be known; -1
 * with words */
static int
finish(struct syslogsink *s, int64_t until_ms)
{
	static const char gone[] = "the other side has hung up";
	int r;

	if (!s->to.datagrams &&
	    shipconn_write(&s->conn, buf_data(&s->out), buf_len(&s->out),
		until_ms) == -1)
		return -1;
	if (s->to.datagrams || !s->finish) {
		/* an error that came for what was sent shows here */
		if (shipconn_alive(&s->conn))
			return 0;
		memcpy(s->conn.why, gone, sizeof gone);
		return -1;
	}
	r = shipconn_finish(&s->conn, until_ms);
	shipconn_close(&s->conn);
	return r;
}

static enum outcome
put_all(struct syslogsink *s, const struct ship_event *ev, size_t n,
    struct buf *receipt, int64_t until_ms)
{
	enum outcome r;
	size_t i;

	if (shipreceipt_put(receipt, 'K', -1, NULL) == -1)
		return NOMEM;
	buf_clear(&s->out);
	for (i = 0; i < n; i++) {
		r = put_one(s, &ev[i], until_ms);
		if (r == TOO_LARGE &&
		    shipreceipt_event(receipt, 'D', i, "it is too large") == -1)
			return NOMEM;
		if (r == BROKEN || r == NOMEM)
			return r;
	}
	return finish(s, until_ms) == -1 ? BROKEN : GOOD;
}

void
syslogsink_begin(struct syslogsink *s)
{
	s->conn.fd = -1;
}

int
syslogsink_take(void *arg, const struct ship_event *ev, size_t n,
    struct buf *receipt)
{
	struct syslogsink *s = arg;
	enum outcome r = GOOD;

	if (!shipconn_alive(&s->conn)) {
		shipconn_close(&s->conn);
		if (shipconn_open(&s->conn, &s->to,
			clock_mono_ms() + s->connect_ms) == -1)
			r = BROKEN;
	}
	if (r == GOOD)
		r = put_all(s, ev, n, receipt, clock_mono_ms() + s->timeout_ms);
	if (r == GOOD)
		return 0;
	shipconn_close(&s->conn);
	buf_clear(receipt);
	return r == NOMEM ? -1 : shipreceipt_put(receipt, 'Z', -1, s->conn.why);
}

void
syslogsink_end(struct syslogsink *s)
{
	shipconn_close(&s->conn);
	buf_free(&s->message);
	buf_free(&s->out);
}
