#include "send/connlost.h"
#include "send/connhost.h"
#include "send/connphase.h"
#include "send/connreply.h"
#include "send/conntls.h"
#include "send/conntrace.h"
#include "send/conntxn.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* why and when, and what had come of a reply */
static void
lost_text(const struct sendconn *c, const char *why, const char *phase,
    char text[REPLY_TEXT_MAX])
{
	char said[REPLY_TEXT_MAX];
	const char *kept;
	size_t n = stream_kept(&c->stream, &kept);

	n = reply_noise(kept, n, said, sizeof said);
	snprintf(text, REPLY_TEXT_MAX, "%s (%s)%s%.*s", why, phase,
	    n > 0 ? ", after: " : "", n < 400 ? (int)n : 400, said);
}

/* dead: the next ones need not try this host */
static void
lost(struct sendconn *c, const char *class, const char *esc, const char *why,
    int dead)
{
	const char *phase = smtpout_phase_name(smtpout_phase(&c->s));
	char text[REPLY_TEXT_MAX];

	if (c->lead != NULL && !c->heard && !c->stands)
		phase = "connect";
	else if (c->site->implicit && conntls_is_shaking(c))
		phase = "tls"; /* which comes before the greeting */

	lost_text(c, why, phase, text);
	conntrace_note(c, "%s%s", text, "");
	if (conntls_is_settling(c)) {
		connreply_tls(c, conntls_lost(c, text));
		return;
	}
	if (c->lead != NULL) {
		sendhost_fail(&c->host, class, esc, "%s%s", text, "");
		if (dead)
			connhost_failed(c);
		connhost_next(c);
		return;
	}
	if (c->s.front != NULL) {
		conntxn_lose(c, sendconn_is_last(c) ? "dot" : class, esc, text);
	}
	connhost_end(c);
}

void
connlost_errno(struct sendconn *c, int err)
{
	if (err == 0 || err == ECONNRESET || err == EPIPE)
		c->stands = 1; /* it did, at least */
	lost(c, c->stands ? "lost" : "connect", c->stands ? "4.4.2" : "4.4.1",
	    err == 0 || err == EPIPE ? "connection closed" : strerror(err),
	    !c->heard && !c->stands);
}

void
sendconn_timeout(struct sendconn *c)
{
	if (c->is_idle) {
		sendconn_stop(c);
		return;
	}
	if (c->dead) {
		lost(c, "lost", "4.4.2", "connection closed", 0);
		return;
	}
	if (c->lead != NULL && !c->heard && !c->stands && c->relay == NULL &&
	    dial_stands(c->fd)) {
		c->stands = 1;
		sendconn_wait(c, SENDWAIT_GREETING);
		c->deadline_ms -= c->share->wait_ms[SENDWAIT_CONNECT];
		if (c->deadline_ms > clock_mono_ms())
			return;
	}
	if (c->lead != NULL && !c->heard && !c->stands)
		lost(c, "connect", "4.4.1", "timeout", 1);
	else
		/* one that takes connections and never greets costs more
		 * than one that refuses them */
		lost(c, "timeout", "4.4.2", "timeout", !c->greeted);
}

void
sendconn_stop(struct sendconn *c)
{
	struct sendresult r = { .status = "later",
		.class = "local",
		.text = "stopping",
		.text_len = 8 };

	/* without waiting for its reply: the place is needed */
	if (c->is_idle)
		stream_write(&c->stream, "QUIT\r\n", 6);
	r.next_ms = clock_wall_us() / 1000 + 1000;
	if (c->lead != NULL) {
		r.phase = connphase(c);
		c->share->ops->on_over(c, c->lead, &r);
		r.phase = NULL;
		c->lead = NULL;
	}
	if (sendconn_is_last(c))
		conntxn_lose(c, "dot", "4.4.2",
		    "stopped before the reply to the final dot");
	else
		conntxn_drop(c, &r);
	connhost_end(c);
}
