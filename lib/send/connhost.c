#include "send/connhost.h"
#include "send/connlogin.h"
#include "send/connphase.h"
#include "send/connrace.h"
#include "send/connrelay.h"
#include "send/conntls.h"
#include "send/conntrace.h"
#include <string.h>
#include <unistd.h>

static void
close_all(struct sendconn *c)
{
	connlogin_free(c);
	connrelay_free(c);
	sendbody_close(&c->body, &c->share->bodies);
	stream_close(&c->stream);
}

void
connhost_end(struct sendconn *c)
{
	connrace_end(c);
	conntrace_end(c);
	close_all(c);
	conntls_free(c);
	sendhost_free(&c->host);
	c->share->ops->on_gone(c);
}

/* of one of them only: another may yet do */
static void
soften(struct sendfail *f)
{
	if (f->esc[0] != '5')
		return;
	f->esc[0] = '4';
	f->code = 0;
}

/* all hosts have failed; or we have, and that was no attempt */
static void
give_up(struct sendconn *c, int local)
{
	struct sendfail *fail = c->host.fail;
	struct sendresult r = { .status = "deferred",
		.class = "connect",
		.phase = "connect",
		.esc = "4.4.1",
		.esc_len = 5,
		.text = "no usable host" };

	if (local) {
		r.status = "later";
		r.class = "local";
		r.next_ms = clock_wall_us() / 1000 + SENDCONN_LOCAL_MS;
	}
	if (!local && sendhost_is_final(&c->host))
		r.status = "bounced";
	else if (fail != NULL)
		soften(fail);
	if (fail != NULL) {
		r.class = fail->class;
		if (fail->phase != NULL)
			r.phase = fail->phase;
		r.code = fail->code;
		r.esc = fail->esc;
		r.esc_len = strlen(r.esc);
		r.text = fail->text;
	}
	r.text_len = strlen(r.text);
	c->share->ops->on_over(c, c->lead, &r);
	c->lead = NULL;
	connhost_end(c);
}

void
connhost_failed(const struct sendconn *c)
{
	struct sendconn_share *s = c->share;

	if (c->host.ip == NULL || !s->ops->has_sibling(c))
		sendhost_failed(&c->host, c->site, &s->dead, clock_mono_ms());
}

/* nothing of the session before is left */
static void
renew(struct sendconn *c)
{
	close_all(c);
	memset(&c->s, 0, sizeof c->s);
	c->s.lmtp = c->site->lmtp;
	c->heard = c->stands = c->greeted = c->dead = c->no_dot = 0;
	c->connect_ms = c->tls_ms = 0;
}

/* that it stands, or not, shows when there is something to read */
static void
connecting(struct sendconn *c)
{
	sendconn_wait(c, SENDWAIT_CONNECT);
	stream_open(&c->stream, c->fd, c->fd);
	stream_watch(&c->stream,
	    conntls_is_first(c) ? LOOP_READ | LOOP_WRITE : LOOP_READ,
	    c->share->on_ready, c);
	connrelay_begin(c);
	conntrace_begin(c);
}

static int take_beside(struct sendconn *);

/* another host stands first */
static void
on_won(struct sendconn *c)
{
	connrace_overtake(c);
	renew(c);
	if (!take_beside(c))
		connhost_next(c);
}

/* the host that was tried beside has its turn now; 0: there is none, or it will
 * not do */
static int
take_beside(struct sendconn *c)
{
	if (!connrace_take(c))
		return 0;
	conntls_free(c);
	if (conntls_host(c) == -1) {
		close(c->fd);
		return 0;
	}
	connecting(c);
	if (!dial_stands(c->fd))
		connrace_start(c, on_won);
	return 1;
}

void
connhost_next(struct sendconn *c)
{
	struct sendfail *fail = c->host.fail;
	enum sendhost_step step;

	if (fail != NULL && fail->phase == NULL)
		fail->phase = connphase(c);
	renew(c);
	if (take_beside(c))
		return;
	connrace_end(c);
	do {
		conntls_free(c);
		step = sendhost_next(&c->host, c->lead->mx, c->site,
		    &c->share->dead, clock_mono_ms());
		if (step == SENDHOST_GOING && conntls_host(c) == -1)
			step = SENDHOST_SKIPPED;
		if (step == SENDHOST_GOING)
			step = sendhost_dial(&c->host, c->site, &c->fd);
		if (step == SENDHOST_REFUSED)
			connhost_failed(c);
	} while (step == SENDHOST_SKIPPED || step == SENDHOST_REFUSED);
	if (step != SENDHOST_GOING) {
		give_up(c, step == SENDHOST_LOCAL);
		return;
	}
	connecting(c);
	connrace_start(c, on_won);
}

void
connhost_same(struct sendconn *c)
{
	enum sendhost_step step;

	renew(c);
	step = sendhost_dial(&c->host, c->site, &c->fd);
	if (step == SENDHOST_GOING) {
		connecting(c);
		return;
	}
	if (step == SENDHOST_REFUSED)
		connhost_failed(c);
	if (step == SENDHOST_LOCAL)
		give_up(c, 1);
	else
		connhost_next(c);
}
