#include "net/sendpool.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 *	connecting   lead set, no greeting yet: a failure means the next host
 *	greeting     of the lead's list, and after the last one an answer
 *	             "deferred" with what the last one said
 *	open         transactions in the machine (front, behind)
 *	idle         in the pool's hands; whatever is read means the end
 *	quitting     QUIT said; closed at the reply
 */

/* why a host would not do, kept while the next is tried */
struct sendfail {
	const char *class;
	unsigned code;
	char esc[REPLY_ESC_MAX + 1];
	char text[REPLY_TEXT_MAX + 1];
};

static void on_ready(void *arg, int events);
static void next_host(struct sendconn *c);
static void settle(struct sendconn *c);

static void
set_wait(struct sendconn *c, enum sendpool_wait w)
{
	c->deadline_ms = clock_mono_ms() + sendpool_the->limit.wait_ms[w];
}

static void
close_file(struct sendconn *c)
{
	if (c->file == -1)
		return;
	close(c->file);
	c->file = -1;
	sendpool_the->files--;
}

static void
close_socket(struct sendconn *c)
{
	close_file(c);
	if (c->fd == -1)
		return;
	loop_io_stop(&c->io);
	close(c->fd);
	c->fd = -1;
	buf_free(&c->in);
	buf_free(&c->out);
	c->dot_left = 0;
}

static void
end_conn(struct sendconn *c)
{
	close_socket(c);
	sendpool_gone(sendpool_the, c);
	free(c->fail);
	free(c->host);
	free(c);
}

/* answers */

static void
put_reply(struct sendresult *r, const struct reply *re,
    char text[REPLY_TEXT_MAX])
{
	static const char *const plain[] = { "2.0.0", "3.0.0", "4.0.0",
		"5.0.0" };

	r->code = re->code;
	r->esc = re->esc;
	r->esc_len = re->esc_len;
	if (re->esc == NULL) {
		r->esc = plain[re->code / 100 - 2];
		r->esc_len = 5;
	}
	r->text = text;
	r->text_len = reply_text(re, text, REPLY_TEXT_MAX);
}

/* a transaction that told nothing yet may go to another connection */
static void
again_or(struct sendconn *c, struct sendtxn *t, struct sendresult *r)
{
	if (!sendpool_again(sendpool_the, t))
		sendpool_end(sendpool_the, t, c, r);
}

/*
 * the session has ended under its transactions: r is for the one in front,
 * the one behind was not heard of
 */
static void
drop_mail(struct sendconn *c, struct sendresult *r)
{
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct sendtxn *behind = (struct sendtxn *)c->s.behind;
	int fresh;

	c->s.front = c->s.behind = NULL;
	if (behind != NULL) {
		struct sendresult q = { .status = "later",
			.class = "lost", .esc = "4.4.2", .esc_len = 5,
			.text = "connection ended before this message" };

		q.text_len = strlen(q.text);
		q.next_ms = clock_wall_us() / 1000 + 1000;
		again_or(c, behind, &q);
	}
	if (t == NULL)
		return;
	/* a kept connection that the other side gave up meanwhile */
	fresh = c->messages <= 1 + (behind != NULL);
	if (!fresh && t->mail.at == SMTPOUT_COMMANDS && t->mail.got == 0)
		again_or(c, t, r);
	else
		sendpool_end(sendpool_the, t, c, r);
}

static int
dot_is_out(const struct sendconn *c)
{
	const struct smtpout_mail *m = c->s.front;

	return m != NULL && m->at == SMTPOUT_DOT && c->dot_left == 0;
}

static void
drop_with(struct sendconn *c, const char *class, const char *esc,
    const char *text)
{
	struct sendresult r = { .status = "deferred", .class = class,
		.esc = esc, .esc_len = 5, .text = text,
		.text_len = strlen(text), .doubt = dot_is_out(c) };

	drop_mail(c, &r);
}

/* hosts */

static void
set_fail(struct sendconn *c, const char *class, const char *esc,
    const char *fmt, const char *a, const char *b)
{
	if (c->fail == NULL)
		c->fail = calloc(1, sizeof *c->fail);
	if (c->fail == NULL)
		return;
	c->fail->class = class;
	c->fail->code = 0;
	snprintf(c->fail->esc, sizeof c->fail->esc, "%s", esc);
	snprintf(c->fail->text, sizeof c->fail->text, fmt, a, b);
}

static void
set_fail_reply(struct sendconn *c, const char *class, const struct reply *re)
{
	size_t n;

	set_fail(c, class, "4.0.0", "%s%s", "", "");
	if (c->fail == NULL)
		return;
	c->fail->code = re->code;
	/* no mail at this host: that says nothing of the recipient */
	if (re->esc != NULL && re->esc_len <= REPLY_ESC_MAX) {
		memcpy(c->fail->esc, re->esc, re->esc_len);
		c->fail->esc[re->esc_len] = '\0';
		c->fail->esc[0] = '4';
	}
	n = reply_text(re, c->fail->text, REPLY_TEXT_MAX);
	c->fail->text[n] = '\0';
}

/* all hosts have failed; or we have, and that was no attempt */
static void
give_up(struct sendconn *c, int local)
{
	struct sendresult r = { .status = "deferred", .class = "connect",
		.esc = "4.4.1", .esc_len = 5, .text = "no usable host" };

	if (local) {
		r.status = "later";
		r.class = "local";
		r.next_ms = clock_wall_us() / 1000 + SENDPOOL_LOCAL_MS;
	}

	if (c->fail != NULL) {
		r.class = c->fail->class;
		r.code = c->fail->code;
		r.esc = c->fail->esc;
		r.esc_len = strlen(r.esc);
		r.text = c->fail->text;
	}
	r.text_len = strlen(r.text);
	sendpool_end(sendpool_the, c->lead, c, &r);
	c->lead = NULL;
	end_conn(c);
}

/* what the memory of dead hosts is about: address, port and source */
static size_t
dead_key(const struct dial_addr *to, const struct dial_addr *from,
    unsigned char key[DEADHOST_KEY_MAX])
{
	memset(key, 0, 35);
	key[0] = to->kind;
	key[1] = to->port >> 8;
	key[2] = to->port;
	memcpy(key + 3, to->ip, 16);
	if (from->kind == to->kind)
		memcpy(key + 19, from->ip, 16);
	return 35;
}

static const struct dial_addr *
source(const struct sendconn *c, const struct dial_addr *to)
{
	return to->kind == DIAL_V6 ? &c->slot->site.bind6
				   : &c->slot->site.bind;
}

static int
current(const struct sendconn *c, struct dial_addr *to, unsigned char *key,
    size_t *n)
{
	const char *ip = c->ip;

	if (c->kind == DIAL_UNIX || ip == NULL ||
	    dial_scan_ip(ip, strlen(ip), to) == -1)
		return 0;
	to->port = c->port;
	*n = dead_key(to, source(c, to), key);
	return 1;
}

static void
host_failed(struct sendconn *c)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	struct sendpool *p = sendpool_the;
	size_t n, i;

	if (c->fail == NULL || !current(c, &to, key, &n))
		return;
	/* others stand: then it is full, not dead */
	if (c->slot->n_conn > 1)
		for (i = 0; i < p->n_conn; i++)
			if (p->conn[i]->slot == c->slot &&
			    p->conn[i]->heard &&
			    strcmp(p->conn[i]->ip, c->ip) == 0)
				return;
	deadhost_failed(&p->dead, key, n, clock_mono_ms(), c->fail->text);
}

static void
host_alive(struct sendconn *c)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	size_t n;

	if (sendpool_the->dead.e != NULL && current(c, &to, key, &n))
		deadhost_alive(&sendpool_the->dead, key, n);
}

static int
remember_host(struct sendconn *c, const struct dial_addr *to,
    const char *host, size_t len)
{
	char ip[DIAL_TEXT_MAX];

	free(c->host);
	dial_text(to, ip);
	c->host = malloc(len + strlen(ip) + 2);
	if (c->host == NULL)
		return -1;
	memcpy(c->host, host, len);
	c->host[len] = '\0';
	memcpy(c->host + len + 1, ip, strlen(ip) + 1);
	c->ip = c->host + len + 1;
	c->kind = to->kind;
	c->port = to->port;
	return 0;
}

enum tried { TRIED_NEXT, TRIED_GOING, TRIED_LOCAL };

static enum tried
try_host(struct sendconn *c, const char *word, size_t n)
{
	unsigned char key[DEADHOST_KEY_MAX];
	struct dial_addr to;
	const char *host, *why = NULL;
	size_t host_len, len;
	int local;

	if (dial_scan(word, n, &to, &host, &host_len) == -1) {
		set_fail(c, "local", "4.3.5", "unusable host in mx%s%s", "",
		    "");
		return TRIED_NEXT;
	}
	if (remember_host(c, &to, host, host_len) == -1)
		return TRIED_LOCAL;
	if (to.kind != DIAL_UNIX) {
		len = dead_key(&to, source(c, &to), key);
		why = deadhost_skip(&sendpool_the->dead, key, len,
		    clock_mono_ms());
	}
	if (why != NULL) {
		set_fail(c, "connect", "4.4.1", "%s%s", why, "");
		return TRIED_NEXT;
	}
	c->fd = dial_start(&to, source(c, &to), &local);
	if (c->fd != -1)
		return TRIED_GOING;
	set_fail(c, local ? "local" : "connect", local ? "4.3.0" : "4.4.1",
	    "unable to connect: %s%s", strerror(errno), "");
	if (local && errno != EADDRNOTAVAIL && errno != EACCES)
		return TRIED_LOCAL;
	if (!local)
		host_failed(c);
	return TRIED_NEXT;
}

static void
next_host(struct sendconn *c)
{
	const char *mx = c->lead->mx;
	enum tried t = TRIED_NEXT;
	size_t n;

	close_socket(c);
	memset(&c->s, 0, sizeof c->s);
	c->s.lmtp = c->slot->site.lmtp;
	c->heard = c->stands = c->dead = 0;
	while (t == TRIED_NEXT) {
		while (mx[c->mx_at] == ' ')
			c->mx_at++;
		n = strcspn(mx + c->mx_at, " ");
		if (n == 0)
			break;
		t = try_host(c, mx + c->mx_at, n);
		c->mx_at += n;
	}
	if (t != TRIED_GOING) {
		give_up(c, t == TRIED_LOCAL);
		return;
	}
	/* that it stands, or not, shows when there is something to read */
	set_wait(c, SENDPOOL_CONNECT);
	loop_io_start(&c->io, c->fd, LOOP_READ, on_ready, c);
}

int
sendconn_start(struct sendpool *p, struct sendslot *slot, struct sendtxn *t)
{
	struct sendconn *c = calloc(1, sizeof *c);

	if (c == NULL)
		return -1;
	c->fd = c->file = -1;
	c->slot = slot;
	c->lead = t;
	c->index = p->n_conn;
	p->conn[p->n_conn++] = c;
	slot->n_conn++;
	t->started_ms = clock_mono_ms();
	next_host(c);
	return 0;
}

/* the end of a session, from the other side or by fault */

static void
lost(struct sendconn *c, const char *class, const char *esc, const char *why)
{
	enum smtpout_phase ph = smtpout_phase(&c->s);
	char text[REPLY_TEXT_MAX];

	if (c->lead != NULL) {
		set_fail(c, class, esc, "%s (%s)", why,
		    c->heard || c->stands ? smtpout_phase_name(ph) : "connect");
		if (!c->heard && !c->stands)
			host_failed(c);
		next_host(c);
		return;
	}
	if (c->s.front != NULL) {
		snprintf(text, sizeof text, "%s (%s)", why,
		    smtpout_phase_name(ph));
		drop_with(c, dot_is_out(c) ? "dot" : class, esc, text);
	}
	end_conn(c);
}

static void
lost_errno(struct sendconn *c, int err)
{
	if (err == 0 || err == ECONNRESET || err == EPIPE)
		c->stands = 1; /* it did, at least */
	lost(c, c->stands ? "lost" : "connect", c->stands ? "4.4.2" : "4.4.1",
	    err == 0 || err == EPIPE ? "connection closed" : strerror(err));
}

void
sendconn_timeout(struct sendconn *c)
{
	if (c->is_idle) {
		sendconn_stop(c);
		return;
	}
	if (c->dead) {
		lost(c, "lost", "4.4.2", "connection closed");
		return;
	}
	if (c->lead != NULL && !c->heard && !c->stands &&
	    dial_stands(c->fd)) {
		c->stands = 1;
		set_wait(c, SENDPOOL_GREETING);
		c->deadline_ms -= sendpool_the->limit.wait_ms[SENDPOOL_CONNECT];
		if (c->deadline_ms > clock_mono_ms())
			return;
	}
	if (c->lead != NULL && !c->heard && !c->stands)
		lost(c, "connect", "4.4.1", "timeout");
	else
		lost(c, "timeout", "4.4.2", "timeout");
}

void
sendconn_stop(struct sendconn *c)
{
	struct sendresult r = { .status = "later", .class = "local",
		.text = "stopping", .text_len = 8 };

	if (c->is_idle && c->fd != -1) {
		/* without waiting for its reply: the place is needed */
		if (write(c->fd, "QUIT\r\n", 6) == -1) {
			/* then it is closed without */
		}
	}
	r.next_ms = clock_wall_us() / 1000 + 1000;
	if (c->lead != NULL) {
		sendpool_end(sendpool_the, c->lead, c, &r);
		c->lead = NULL;
	}
	if (dot_is_out(c))
		drop_with(c, "dot", "4.4.2",
		    "stopped before the reply to the final dot");
	else
		drop_mail(c, &r);
	end_conn(c);
}

/* writing */

/* all of p, or what is left is kept; 0, or -1: the other side reads no more */
static int
send_bytes(struct sendconn *c, const char *p, size_t n)
{
	ssize_t w = 0;

	if (buf_len(&c->out) == 0 && n > 0) {
		do
			w = write(c->fd, p, n);
		while (w == -1 && errno == EINTR);
		if (w == -1 && errno != EAGAIN)
			return -1;
		if (w == -1)
			w = 0;
	}
	if ((size_t)w == n)
		return 0;
	if (buf_put(&c->out, p + w, n - w) == -1)
		die(EXIT_TEMP, "out of memory");
	loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
	return 0;
}

/* a failed write: what the server said last may still be there to read */
static void
write_failed(struct sendconn *c)
{
	c->dead = 1;
	buf_free(&c->out);
	loop_io_want(&c->io, LOOP_READ);
	set_wait(c, SENDPOOL_QUIT);
}

static void
local_fault(struct sendconn *c, const char *what)
{
	char text[REPLY_TEXT_MAX];

	snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
	drop_with(c, "local", "4.3.0", text);
	end_conn(c);
}

static int
open_file(struct sendconn *c, const struct sendtxn *t)
{
	if (c->file != -1)
		return 0;
	c->file = open(t->file, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK);
	if (c->file == -1)
		return -1;
	sendpool_the->files++;
	return 0;
}

/* read the chunk at c->pos; the count, or -1 */
static ssize_t
read_chunk(struct sendconn *c, const struct sendtxn *t, char *in)
{
	size_t want = t->size - c->pos < SENDPOOL_CHUNK ? t->size - c->pos
							: SENDPOOL_CHUNK;
	size_t got = 0;
	ssize_t n;

	while (got < want) {
		n = pread(c->file, in + got, want - got, t->off + c->pos + got);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENODATA; /* shorter than the job says */
		if (n <= 0)
			return -1;
		got += n;
	}
	return got;
}

/* has it done its share: by limits, or because other sites wait for a place */
static int
worn_out(const struct sendconn *c)
{
	const struct sendpool *p = sendpool_the;
	const struct sendtxn *next = c->slot->first;

	return smtpout_spent(&c->s) || c->messages >= p->limit.msgs ||
	    (next != NULL && next->msgs > 0 && c->messages >= next->msgs) ||
	    (p->want != NULL && p->want != c->slot &&
		c->messages >= SENDPOOL_SHARE);
}

/* the next transaction behind the final dot, into o */
static void
pipeline_next(struct sendconn *c, struct buf *o)
{
	struct sendpool *p = sendpool_the;
	struct sendtxn *t;
	const char *esc, *text;
	unsigned code;

	t = c->slot->first;
	if (!smtpout_room(&c->s) || t == NULL || worn_out(c) ||
	    smtpout_fits(&c->s, &t->mail, &code, &esc, &text) != SMTPOUT_OK)
		return;
	t = sendpool_next(p, c->slot);
	if (t == NULL)
		return;
	t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
	if (smtpout_pull(&c->s, "", o) == -1)
		die(EXIT_TEMP, "out of memory");
}

/*
 * One chunk of the message: read, encode, write.  When the socket takes
 * only a part, a small rest is kept; of a large one only its position, and
 * the chunk is read and encoded again when there is room: no connection
 * holds a large buffer while it waits.  1: go on, 0: wait, -1: closed.
 */
static int
send_chunk(struct sendconn *c)
{
	static char in[SENDPOOL_CHUNK];
	struct sendtxn *t = (struct sendtxn *)c->s.front;
	struct buf *o = &sendpool_the->out;
	struct dotout before = c->dot;
	size_t dot, rest;
	ssize_t n, w;
	int last;

	if (open_file(c, t) == -1 || (n = read_chunk(c, t, in)) == -1) {
		local_fault(c, "message file");
		return -1;
	}
	buf_clear(o);
	if (buf_reserve(o, DOTOUT_ROOM((size_t)n) + DOTOUT_END_MAX) == -1)
		die(EXIT_TEMP, "out of memory");
	buf_added(o, dotout_feed(&c->dot, in, n, buf_tail(o)));
	last = c->pos + n == t->size;
	if (last) {
		buf_added(o, dotout_end(&c->dot, buf_tail(o)));
		close_file(c);
	}
	dot = buf_len(o) - c->skip;
	if (last && dot <= SENDPOOL_SAVE) {
		smtpout_sent(&c->s);
		pipeline_next(c, o);
	}
	do
		w = write(c->fd, buf_data(o) + c->skip, buf_len(o) - c->skip);
	while (w == -1 && errno == EINTR);
	if (w == -1 && errno != EAGAIN) {
		c->dot_left = dot;
		write_failed(c);
		return 0;
	}
	if (w == -1)
		w = 0;
	if (w > 0)
		set_wait(c, SENDPOOL_BLOCK);
	rest = buf_len(o) - c->skip - w;
	if (rest > 0 && t->mail.at == SMTPOUT_BODY && rest > SENDPOOL_SAVE) {
		c->skip += w;
		c->dot = before;
		if (sendpool_the->files > SENDPOOL_FILES)
			close_file(c);
		loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
		return 0;
	}
	if (rest > 0) {
		if (buf_put(&c->out, buf_tail(o) - rest, rest) == -1)
			die(EXIT_TEMP, "out of memory");
		loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
	}
	c->skip = 0;
	c->pos += n;
	if (last) {
		c->dot_left = dot > (size_t)w ? dot - w : 0;
		if (t->mail.at == SMTPOUT_BODY) {
			smtpout_sent(&c->s);
			buf_clear(o);
			pipeline_next(c, o);
			if (send_bytes(c, buf_data(o), buf_len(o)) == -1)
				write_failed(c);
		}
		c->pos = 0;
		set_wait(c, SENDPOOL_DOT);
	}
	return rest == 0 && !last;
}

/* everything that may be sent now; -1 when the connection is closed */
static int
push(struct sendconn *c)
{
	struct buf *o = &sendpool_the->out;
	const char *helo = c->slot->site.helo;
	unsigned turn;
	int r = 1;

	if (c->dead)
		return 0;
	buf_clear(o);
	if (smtpout_pull(&c->s, helo != NULL ? helo
		: sendpool_the->limit.helo, o) == -1)
		die(EXIT_TEMP, "out of memory");
	if (buf_len(o) > 0 &&
	    send_bytes(c, buf_data(o), buf_len(o)) == -1) {
		write_failed(c);
		return 0;
	}
	if (o->cap > SENDPOOL_OUT_MAX)
		buf_free(o);
	for (turn = 0; smtpout_body(&c->s) && buf_len(&c->out) == 0; turn++) {
		if (turn == SENDPOOL_TURN) {
			loop_io_want(&c->io, LOOP_READ | LOOP_WRITE);
			return 0;
		}
		r = send_chunk(c);
		if (r <= 0)
			return r;
	}
	return 0;
}

static int
flush_out(struct sendconn *c)
{
	ssize_t w;

	if (buf_len(&c->out) == 0)
		return 0;
	do
		w = write(c->fd, buf_data(&c->out), buf_len(&c->out));
	while (w == -1 && errno == EINTR);
	if (w == -1 && errno != EAGAIN) {
		write_failed(c);
		return -1;
	}
	if (w > 0) {
		c->dot_left = c->dot_left > (size_t)w ? c->dot_left - w : 0;
		buf_consume(&c->out, w);
	}
	if (buf_len(&c->out) > 0)
		return -1;
	buf_free(&c->out);
	return 0;
}

/* transactions */

/*
 * Many clients ask for SMTPUTF8 whenever it is offered.  Only 8-bit bytes in
 * addresses or the header need it (RFC 6531 section 3.2); a header longer
 * than a chunk counts as such.
 */
static int
plain_header(struct sendconn *c, const struct sendtxn *t)
{
	static char in[SENDPOOL_CHUNK];
	const char *end;
	ssize_t n, i;

	if (open_file(c, t) == -1)
		return 0;
	n = read_chunk(c, t, in);
	close_file(c);
	if (n <= 0)
		return n == 0;
	end = in[0] == '\n' ? in : memmem(in, n, "\n\n", 2);
	if (end == NULL && (uint64_t)n < t->size)
		return 0;
	if (end != NULL)
		n = end - in;
	for (i = 0; i < n; i++)
		if ((unsigned char)in[i] >= 0x80)
			return 0;
	return 1;
}

static void
begin(struct sendconn *c, struct sendtxn *t)
{
	struct sendresult r = { .status = "bounced", .esc_len = 5 };
	char text[REPLY_TEXT_MAX];

	if (t->mail.utf8 && !(c->s.ext & SMTPOUT_UTF8) && sendtxn_ascii(t) &&
	    plain_header(c, t))
		t->mail.utf8 = 0;
	if (smtpout_fits(&c->s, &t->mail, &r.code, &r.esc, &r.text) !=
	    SMTPOUT_OK) {
		snprintf(text, sizeof text, "%u %s %s", r.code, r.esc, r.text);
		r.class = strcmp(r.esc, "5.3.4") == 0 ? "size" : "smtputf8";
		r.text = text;
		r.text_len = strlen(text);
		sendpool_end(sendpool_the, t, c, &r);
		return;
	}
	if (t->started_ms == 0 || t->retried > 0)
		t->started_ms = clock_mono_ms();
	c->messages++;
	smtpout_begin(&c->s, &t->mail);
}

/* its place is free when the other side has closed: whoever closes first
 * keeps the port pair busy for a minute */
static void
quit(struct sendconn *c)
{
	smtpout_quit(&c->s);
	c->quitting = 1;
	set_wait(c, SENDPOOL_QUIT);
	push(c);
}

static void
set_phase_wait(struct sendconn *c)
{
	static const enum sendpool_wait wait[] = {
		[SMTPOUT_GREETING] = SENDPOOL_GREETING,
		[SMTPOUT_HELO] = SENDPOOL_HELO,
		[SMTPOUT_MAIL] = SENDPOOL_MAIL,
		[SMTPOUT_RCPT] = SENDPOOL_RCPT,
		[SMTPOUT_DATA] = SENDPOOL_DATA,
		[SMTPOUT_BLOCK] = SENDPOOL_BLOCK,
		[SMTPOUT_FINAL] = SENDPOOL_DOT,
		[SMTPOUT_IDLE] = SENDPOOL_IDLE,
		[SMTPOUT_QUIT] = SENDPOOL_QUIT
	};

	set_wait(c, wait[smtpout_phase(&c->s)]);
}

/* after events: the next thing to do */
static void
settle(struct sendconn *c)
{
	struct sendtxn *t;

	while (c->s.front == NULL && c->lead == NULL && !c->quitting &&
	    c->fd != -1 && !c->dead) {
		if (worn_out(c) || sendpool_the->stopping) {
			quit(c);
			return;
		}
		t = sendpool_next(sendpool_the, c->slot);
		if (t == NULL) {
			sendpool_idle(sendpool_the, c);
			set_wait(c, SENDPOOL_IDLE);
			return;
		}
		begin(c, t);
	}
	if (push(c) != -1 && !c->dead)
		set_phase_wait(c);
}

void
sendconn_give(struct sendconn *c, struct sendtxn *t)
{
	begin(c, t);
	settle(c);
}

/* events */

static void
on_verdict(struct sendconn *c, const struct smtpout_event *ev)
{
	static const char *const status[] = { [SMTPOUT_OK] = "sent",
		[SMTPOUT_TEMP] = "deferred", [SMTPOUT_PERM] = "bounced",
		[SMTPOUT_LATER] = "later" };
	struct sendtxn *t = (struct sendtxn *)ev->mail;
	char text[REPLY_TEXT_MAX];
	struct sendresult r = { .status = status[ev->verdict] };
	unsigned i;

	if (ev->verdict != SMTPOUT_OK)
		r.class = ev->verdict == SMTPOUT_LATER ? "limit"
		    : smtpout_phase_name(ev->phase);
	if (ev->verdict == SMTPOUT_LATER)
		r.next_ms = clock_wall_us() / 1000;
	put_reply(&r, &ev->reply, text);
	for (i = ev->first; i < ev->end; i++)
		if (t->mail.rcpt[i].state != SMTPOUT_DECIDED)
			sendpool_answer(sendpool_the, t, i, c, &r);
}

static void
on_refused(struct sendconn *c, const struct smtpout_event *ev)
{
	set_fail_reply(c, smtpout_phase_name(ev->phase), &ev->reply);
	if (write(c->fd, "QUIT\r\n", 6) == -1) {
		/* it is closed anyway */
	}
	next_host(c);
}

/* 421 and what is no SMTP: the session is over */
static void
on_fault(struct sendconn *c, const struct smtpout_event *ev)
{
	int closing = ev->kind == SMTPOUT_CLOSING;
	char text[REPLY_TEXT_MAX], said[REPLY_TEXT_MAX] = "";
	struct sendresult r = { .status = "deferred" };
	size_t n = 0;

	if (c->lead != NULL && closing) {
		on_refused(c, ev);
		return;
	}
	if (!closing) {
		if (ev->reply.p != NULL)
			n = reply_text(&ev->reply, said, sizeof said - 1);
		said[n] = '\0';
		if (c->lead != NULL) {
			set_fail(c, "protocol", "4.5.0",
			    "unexpected reply: %s%s", said, "");
			next_host(c);
			return;
		}
		snprintf(text, sizeof text, "unexpected reply (%s): %.400s",
		    smtpout_phase_name(ev->phase), said);
		drop_with(c, "protocol", "4.5.0", text);
	} else {
		put_reply(&r, &ev->reply, text);
		r.class = "421";
		drop_mail(c, &r);
	}
	end_conn(c);
}

/* 0: go on, -1: the connection is gone or another */
static int
on_event(struct sendconn *c, const struct smtpout_event *ev)
{
	struct sendtxn *t;

	switch (ev->kind) {
	case SMTPOUT_MORE:
		return 0;
	case SMTPOUT_READY:
		free(c->fail);
		c->fail = NULL;
		t = c->lead;
		c->lead = NULL;
		begin(c, t);
		return 0;
	case SMTPOUT_VERDICT:
		on_verdict(c, ev);
		/* fall through */
	case SMTPOUT_OVER:
		if (ev->over)
			sendpool_end(sendpool_the, (struct sendtxn *)ev->mail,
			    c, NULL);
		return 0;
	case SMTPOUT_REFUSED:
		on_refused(c, ev);
		return -1;
	case SMTPOUT_CLOSING:
	case SMTPOUT_BROKEN:
		on_fault(c, ev);
		return -1;
	case SMTPOUT_BYE:
		end_conn(c);
		return -1;
	}
	return 0;
}

/* what has come, with what was kept before it: 1 when there was a whole reply,
 * 0 when not (that is no progress: the deadline stays), -1 as on_event() */
static int
feed(struct sendconn *c, const char *p, size_t n)
{
	struct smtpout_event ev;
	size_t at = 0;

	if (!c->heard) {
		c->heard = c->stands = 1;
		host_alive(c);
	}
	do {
		at += smtpout_feed(&c->s, p + at, n - at, &ev);
		if (on_event(c, &ev) == -1)
			return -1;
	} while (ev.kind != SMTPOUT_MORE);
	buf_free(&c->in);
	if (at < n && buf_put(&c->in, p + at, n - at) == -1)
		die(EXIT_TEMP, "out of memory");
	return at > 0;
}

static void
on_readable(struct sendconn *c)
{
	static char in[REPLY_MAX + SENDPOOL_READ];
	size_t kept = buf_len(&c->in);
	ssize_t n;

	if (kept > 0)
		memcpy(in, buf_data(&c->in), kept);
	n = read(c->fd, in + kept, SENDPOOL_READ);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		lost_errno(c, n == 0 ? 0 : errno);
		return;
	}
	if (c->is_idle) {
		/* 421 or noise: nobody asked for it */
		end_conn(c);
		return;
	}
	if (feed(c, in, kept + n) == 1)
		settle(c);
}

static void
on_ready(void *arg, int events)
{
	struct sendconn *c = arg;

	if ((events & LOOP_WRITE) && !c->dead) {
		if (flush_out(c) == 0) {
			loop_io_want(&c->io, LOOP_READ);
			if (push(c) == -1)
				return;
		}
	}
	if (events & LOOP_READ)
		on_readable(c);
}
